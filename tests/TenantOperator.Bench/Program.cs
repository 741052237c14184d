using System.CommandLine;
using TenantOperator.Bench;

var rounds = new Option<int>("--rounds") { Description = "How often each burst is repeated; medians are printed.", DefaultValueFactory = _ => 5 };
var tenants = new Option<int>("--tenants") { Description = "How many tenants come at once, and then stand.", DefaultValueFactory = _ => 1000 };
var users = new Option<int>("--users") { Description = "People per tenant.", DefaultValueFactory = _ => 0 };
var quiet = new Option<int>("--quiet") { Description = "Seconds in which nothing may happen.", DefaultValueFactory = _ => 60 };
var workers = new Option<int?>("--workers") { Description = "The operator's --workers; its own default without it." };
var program = new Option<string?>("--operator") { Description = "A folder with a published operator; without it, one is published now." };
var root = new RootCommand("Measures the operator against a bare writer on a real API server, and prints ratios.") { rounds, tenants, quiet, workers, program };
root.SetAction((parsed, cancellationToken) => new BenchRun(new BenchOptions
{
    Rounds = Math.Max(1, parsed.GetValue(rounds)),
    Tenants = Math.Max(1, parsed.GetValue(tenants)),
    Quiet = TimeSpan.FromSeconds(parsed.GetValue(quiet)),
    Workers = parsed.GetValue(workers),
    OperatorFolder = parsed.GetValue(program),
}).RunAsync(cancellationToken));

var limit = new Option<int>("--calls") { Description = "How many calls the platform lets through in a second.", DefaultValueFactory = _ => 20 };
var hatz = new Command("hatz", "Puts tenants with people on the emulator of Hatz and counts its calls.") { tenants, users, limit, program };
hatz.SetAction((parsed, cancellationToken) => new BenchRun(new BenchOptions { OperatorFolder = parsed.GetValue(program) })
    .RunRemoteAsync(new RemoteRun(Math.Max(1, parsed.GetValue(tenants)), parsed.GetValue(users), parsed.GetValue(limit)), cancellationToken));
root.Add(hatz);

var folders = new Option<string[]>("--operator") { Description = "A folder with a published operator; more than one are measured by turns. Without it, one is published now.", DefaultValueFactory = _ => [] };
var repeats = new Option<int>("--repeats") { Description = "How often each of them is started.", DefaultValueFactory = _ => 3 };
var pod = new Option<bool>("--as-pod") { Description = "Starts it with the files of a ServiceAccount at their fixed place, which is made for it, as in a pod." };
var scale = new Command("scale", "Puts many tenants with people on an API server, and measures operators that start there. Names of further folders are read from the input.") { tenants, users, folders, repeats, pod };
scale.SetAction((parsed, cancellationToken) => new BenchRun(new BenchOptions { OperatorFolder = parsed.GetValue(folders)!.FirstOrDefault() })
    .RunScaleAsync(new ScaleRun(Math.Max(1, parsed.GetValue(tenants)), parsed.GetValue(users), parsed.GetValue(repeats), parsed.GetValue(pod)), parsed.GetValue(folders)!, cancellationToken));
root.Add(scale);

var kubeconfig = new Option<string>("--kubeconfig") { Description = "Whom to talk to, and as whom.", Required = true };
var templates = new Option<string>("--templates") { Description = "The file that says what is written for a tenant.", Required = true };
var at = new Option<int>("--workers") { Description = "Tenants at a time.", Required = true };
var floor = new Command("floor", "Writes what a tenant needs for each line \"name uid slot\" on its input. An empty line is answered once all is written.") { kubeconfig, templates, at };
floor.SetAction((parsed, cancellationToken) => FloorWriter.RunAsync(parsed.GetValue(kubeconfig)!, parsed.GetValue(templates)!, parsed.GetValue(at), cancellationToken));
root.Add(floor);

var list = new Command("list", "Lists and decodes all kinds that the operator watches, in parallel, and ends.") { kubeconfig };
list.SetAction((parsed, cancellationToken) => BareList.RunAsync(parsed.GetValue(kubeconfig)!, cancellationToken));
root.Add(list);

return await root.Parse(args).InvokeAsync();
