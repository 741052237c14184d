// A Kubernetes API server for tests: CustomResourceDefinitions from k8s.io/apiextensions-apiserver plus the built-in
// kinds of the table in resources.go, all on one generic API server, with etcd behind it.
package main

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/spf13/pflag"
	"go.opentelemetry.io/otel/trace/noop"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apiserver"
	crdoptions "k8s.io/apiextensions-apiserver/pkg/cmd/server/options"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/initializer"
	"k8s.io/apiserver/pkg/authentication/group"
	"k8s.io/apiserver/pkg/authentication/request/anonymous"
	"k8s.io/apiserver/pkg/authentication/request/bearertoken"
	"k8s.io/apiserver/pkg/authentication/request/union"
	"k8s.io/apiserver/pkg/authentication/token/tokenfile"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizerfactory"
	authorizers "k8s.io/apiserver/pkg/authorization/union"
	openapinamer "k8s.io/apiserver/pkg/endpoints/openapi"
	genericapiserver "k8s.io/apiserver/pkg/server"
	genericoptions "k8s.io/apiserver/pkg/server/options"
	"k8s.io/apiserver/pkg/storage/storagebackend"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/apiserver/pkg/util/openapi"
	"k8s.io/apiserver/pkg/util/webhook"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	clientscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/component-base/logs"
	"k8s.io/component-base/version/verflag"
	"k8s.io/klog/v2"
)

func main() {
	run := genericoptions.NewServerRunOptions()
	etcd := genericoptions.NewEtcdOptions(storagebackend.NewDefaultConfig("/registry", apiextensions.Codecs.LegacyCodec(apiextensionsv1.SchemeGroupVersion)))
	secure := genericoptions.NewSecureServingOptions().WithLoopback()
	secure.BindAddress, secure.BindPort, secure.ServerCert.CertDirectory = net.IPv4(127, 0, 0, 1), 6443, "."
	admission, audit := genericoptions.NewAdmissionOptions(), genericoptions.NewAuditOptions()

	run.AddUniversalFlags(pflag.CommandLine)
	etcd.AddFlags(pflag.CommandLine)
	secure.AddFlags(pflag.CommandLine)
	admission.AddFlags(pflag.CommandLine)
	audit.AddFlags(pflag.CommandLine)
	logs.AddFlags(pflag.CommandLine)
	tokens := pflag.String("token-auth-file", "", `CSV file of token,user,uid,"group,..."; without one, the token "admin" is a cluster administrator's`)
	mode := pflag.String("authorization-mode", "AlwaysAllow", "AlwaysAllow or RBAC")
	pflag.Parse()
	verflag.PrintAndExitIfRequested()

	config := genericapiserver.NewRecommendedConfig(apiextensions.Codecs)
	must(run.ComponentGlobalsRegistry.Set())
	must(run.ApplyTo(&config.Config))
	must(etcd.ApplyTo(&config.Config))
	must(secure.MaybeDefaultWithSelfSignedCerts("localhost", nil, []net.IP{secure.BindAddress}))
	must(secure.ApplyToConfig(&config.Config))
	must(audit.ApplyTo(&config.Config))
	config.ClientConfig = config.LoopbackClientConfig
	config.ClientConfig.QPS = -1
	client := get(kubernetes.NewForConfig(config.ClientConfig))
	config.SharedInformerFactory = informers.NewSharedInformerFactory(client, 0)

	authenticator := tokenfile.New(map[string]*user.DefaultInfo{"admin": {Name: "admin", Groups: []string{user.SystemPrivilegedGroup}}})
	if *tokens != "" {
		authenticator = get(tokenfile.NewCSV(*tokens))
	}
	config.Authentication.Authenticator = group.NewAuthenticatedGroupAdder(union.NewFailOnError(bearertoken.New(authenticator), anonymous.NewAuthenticator(nil)))
	config.Authorization.Authorizer = authorizerfactory.NewAlwaysAllowAuthorizer()
	if *mode == "RBAC" {
		config.Authorization.Authorizer = authorizers.New(authorizerfactory.NewPrivilegedGroups(user.SystemPrivilegedGroup), newRBAC(config.SharedInformerFactory))
	}

	webhookAuth := webhook.NewDefaultAuthenticationInfoResolverWrapper(nil, nil, config.ClientConfig, noop.NewTracerProvider())
	must(admission.ApplyTo(&config.Config, config.SharedInformerFactory, client, get(dynamic.NewForConfig(config.ClientConfig)),
		utilfeature.DefaultFeatureGate, config.EffectiveVersion, initializer.NewPluginInitializer(webhookAuth, localServices{})))

	definitions := openapi.GetOpenAPIDefinitionsWithoutDisabledFeatures(GetOpenAPIDefinitions)
	namer := openapinamer.NewDefinitionNamer(apiextensions.Scheme, clientscheme.Scheme)
	config.OpenAPIConfig = genericapiserver.DefaultOpenAPIConfig(definitions, namer)
	config.OpenAPIV3Config = genericapiserver.DefaultOpenAPIV3Config(definitions, namer)
	config.OpenAPIConfig.Info.Title, config.OpenAPIV3Config.Info.Title = "Kubernetes", "Kubernetes"
	config.MergedResourceConfig = apiextensions.DefaultAPIResourceConfigSource()
	build := config.BuildHandlerChainFunc
	config.BuildHandlerChainFunc = func(handler http.Handler, c *genericapiserver.Config) http.Handler {
		handler = build(handler, c)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/api") || r.URL.Path == "/version/" { // Debian's go-restful is strict about a last slash
				r.URL.Path = strings.TrimSuffix(r.URL.Path, "/")
			}
			handler.ServeHTTP(w, r)
		})
	}

	completed := (&apiextensions.Config{
		GenericConfig: config,
		ExtraConfig: apiextensions.ExtraConfig{
			CRDRESTOptionsGetter: crdoptions.NewCRDRESTOptionsGetter(*etcd, config.ResourceTransformers, config.StorageObjectCountTracker),
			ServiceResolver:      localServices{},
			AuthResolverWrapper:  webhookAuth,
		},
	}).Complete()
	completed.GenericConfig.EnableDiscovery = true // Complete turns it off, for kube-apiserver's aggregator serves /apis there
	server := get(completed.New(genericapiserver.NewEmptyDelegate()))
	must(installBuiltIns(server.GenericAPIServer, *etcd, config.Authorization.Authorizer))
	addControllers(server, client)
	must(server.GenericAPIServer.PrepareRun().RunWithContext(genericapiserver.SetupSignalContext()))
}

// localServices sends the calls to a webhook that names a Service to the Service's port on this machine.
type localServices struct{}

func (localServices) ResolveEndpoint(_, _ string, port int32) (*url.URL, error) {
	return &url.URL{Scheme: "https", Host: fmt.Sprintf("127.0.0.1:%d", port)}, nil
}

func must(err error) {
	if err != nil {
		klog.FatalDepth(1, err)
	}
}

func get[T any](value T, err error) T {
	must(err)
	return value
}
