namespace TenantOperator.Hosting;

/// <summary>Runs the operator until it is asked to stop.</summary>
internal static class OperatorProgram
{
    public static async Task<int> RunAsync(OperatorArguments arguments, CancellationToken cancellationToken)
    {
        using var host = arguments.HttpAddress == "off" ? WithoutEndpoints(arguments) : WithEndpoints(arguments);
        await host.RunAsync(cancellationToken);
        return 0;
    }

    private static IHost WithEndpoints(OperatorArguments arguments)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://" + arguments.HttpAddress);
        Configure(builder, arguments);
        var app = builder.Build();
        app.MapOperatorEndpoints();
        return app;
    }

    private static IHost WithoutEndpoints(OperatorArguments arguments)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        Configure(builder, arguments);
        return builder.Build();
    }

    private static void Configure(IHostApplicationBuilder builder, OperatorArguments arguments)
    {
        builder.Logging.ClearProviders().SetMinimumLevel(arguments.LogLevel).AddFilter("Microsoft", LogLevel.Warning)
            .Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        if (arguments.LogFormat == "json")
        {
            builder.Logging.AddJsonConsole(options => options.IncludeScopes = true);
        }
        else
        {
            builder.Logging.AddSimpleConsole(options =>
            {
                options.SingleLine = true;
                options.IncludeScopes = true;
                options.TimestampFormat = "HH:mm:ss ";
            });
        }

        builder.Services.AddTenantOperator(arguments);
    }
}
