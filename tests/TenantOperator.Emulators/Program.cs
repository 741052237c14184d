using System.CommandLine;
using TenantOperator.Emulators;

var root = new RootCommand("Plays a SaaS platform on loopback until it is stopped. The state is in memory and gone with it.");
root.Add(ByHand.Command("hatz", "Hatz AI: header X-API-Key.", async (HatzOptions options) =>
{
    var hatz = await HatzEmulator.StartAsync(options);
    string[] names = ["Intro", "Starter", "SMB", "Business", "Professional"];
    var packages = names.Select(name => $"{hatz.AddPackage(name, unassigned: 10, id: "package_" + name.ToLowerInvariant()).Id} ({name})");
    return (hatz, $"key       {hatz.Key}\npackages  {string.Join(", ", packages.ToList())}");
}));
root.Add(ByHand.Command("processmind", "ProcessMind: header x-api-key.", async (ProcessMindOptions options) =>
{
    var mind = await ProcessMindEmulator.StartAsync(options);
    return (mind, $"key       {mind.Key}\nanchor    {mind.AnchorId}");
}));
root.Add(ByHand.Command("mindzie", "mindzieStudio: header Authorization: Bearer.", async (MindzieOptions options) =>
{
    var mindzie = await MindzieEmulator.StartAsync(options);
    return (mindzie, $"key       {mindzie.Key}");
}));
root.Add(ByHand.Command("scaikey", "ScaiKey: client credentials, or the token that is printed.", async (ScaiKeyOptions options) =>
{
    var scaiKey = await ScaiKeyEmulator.StartAsync(options);
    return (scaiKey, $"client    {scaiKey.ClientId}\nsecret    {scaiKey.ClientSecret}\npartner   {scaiKey.PartnerId}\ntoken     {scaiKey.IssueToken()}");
}));

return await root.Parse(args).InvokeAsync();
