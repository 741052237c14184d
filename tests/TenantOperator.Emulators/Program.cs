using System.CommandLine;
using TenantOperator.Emulators;

var root = new RootCommand("Plays a SaaS platform on loopback until it is stopped. The state is in memory and gone with it.");
root.Add(ByHand.Command("hatz", "Hatz AI: header X-API-Key.", async (HatzOptions options) =>
{
    var hatz = await HatzEmulator.StartAsync(options);
    string[] names = ["Intro", "Starter", "SMB", "Business", "Professional"];
    var packages = names.Select(name => $"{hatz.AddPackage(name, unassigned: 10).Id} ({name})");
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

return await root.Parse(args).InvokeAsync();
