using TenantOperator.Hosting;

return await OperatorArguments.Command(OperatorProgram.RunAsync).Parse(args).InvokeAsync();
