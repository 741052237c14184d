using TenantOperator.Kubectl;
using TenantOperator.Kubectl.Output;

return await Plugin.RunAsync(args, Terminal.OfProcess(), CancellationToken.None);
