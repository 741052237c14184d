# Needs the .NET SDK, git and make. `make help` lists the targets.
CONFIGURATION ?= Release
SOLUTION := TenantOperator.sln
BENCH := tests/TenantOperator.Bench
EMULATORS := tests/TenantOperator.Emulators
CONTROL_PLANE := dotnet tools/control-plane/bin/$(CONFIGURATION)/net10.0/control-plane.dll
BUILD := dotnet build --configuration $(CONFIGURATION) --verbosity quiet --nologo

VERSION ?= $(shell sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
IMAGE ?= tenant-operator:$(VERSION)

# MSBuild takes its own Platform from the environment, and would build into another folder.
unexport PLATFORM

.DEFAULT_GOAL := help
.PHONY: help build run control-plane test sweep format check manifests manifests-check bench bench-remote bench-scale sbom version-check image image-push chart plugin clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

build: ## Build everything; warnings are errors
	$(BUILD) $(SOLUTION)

run: ## Start an API server and the operator, apply config/samples, stay until Ctrl-C (ONCE=1: stop when all are Ready; PLATFORM=hatz, processmind, mindzie or scaikey: on an emulator of it)
	@$(BUILD) src/TenantOperator
	@$(BUILD) tools/control-plane
	@$(if $(PLATFORM),$(BUILD) $(EMULATORS))
	@$(CONTROL_PLANE) run --operator src/TenantOperator/bin/$(CONFIGURATION)/net10.0 \
	  $(if $(PLATFORM),--platform $(PLATFORM) --emulators $(EMULATORS)/bin/$(CONFIGURATION)/net10.0/tenant-operator-emulators.dll) $(if $(ONCE),--once)

control-plane: ## Build the API server that tests and `make run` use, unless it is in the cache already (minutes)
	@$(BUILD) tools/control-plane
	@$(CONTROL_PLANE) build

test: build ## Run all tests against a real API server; the last line counts them
	@$(if $(TEST_KUBECONFIG)$(KUBEBUILDER_ASSETS),,$(CONTROL_PLANE) build)
	@CONFIGURATION=$(CONFIGURATION) sh tools/run-tests.sh

sweep: build ## Kill the operator at every write of a tenant's life and at every call to a platform, strike each call to each platform with each fault (many minutes; test does a part), and lead tenants through random specs
	@$(if $(TEST_KUBECONFIG)$(KUBEBUILDER_ASSETS),,$(CONTROL_PLANE) build)
	SWEEP=all dotnet test --project tests/TenantOperator.Tests --configuration $(CONFIGURATION) --no-build --filter-trait Category=Sweep

format: ## Format the sources
	dotnet format whitespace . --folder --include ./src/ ./tests/ ./tools/

check: build ## What CI runs: build, format, generated files, tests
	dotnet format whitespace . --folder --include ./src/ ./tests/ ./tools/ --verify-no-changes
	@$(MAKE) --no-print-directory manifests-check
	@$(MAKE) --no-print-directory test

manifests: ## Generate config/crds, those of the chart, docs/kinds and docs/troubleshooting.md from the C# types, and config/argocd from its scripts
	dotnet run --configuration $(CONFIGURATION) --project tools/TenantOperator.Manifests

manifests-check: manifests
	@test -z "$$(git status --porcelain -- config charts/tenant-operator/templates/crds charts/tenant-operator/files docs/kinds docs/troubleshooting.md)" || { git status --short -- config charts/tenant-operator/templates/crds charts/tenant-operator/files docs/kinds docs/troubleshooting.md; \
	  echo "Generated files are stale, or not committed: run make manifests and commit the result."; exit 1; }

bench: ## Measure the operator against a bare writer and print the ratios (minutes; ROUNDS=1 TENANTS=200 for a quick look)
	dotnet run --configuration Release --project $(BENCH) -- $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(TENANTS),--tenants $(TENANTS))

bench-remote: ## Count the calls for tenants with people on an emulator of Hatz that lets CALLS a second through (TENANTS=2000 USERS=10 CALLS=20 takes minutes)
	dotnet run --configuration Release --project $(BENCH) -- hatz --tenants $(or $(TENANTS),400) --users $(or $(USERS),1) --calls $(or $(CALLS),20)

bench-scale: ## Measure memory and start of an operator with very many tenants and people (TENANTS=10000 USERS=5 takes a quarter of an hour)
	dotnet run --configuration Release --project $(BENCH) -- scale --tenants $(or $(TENANTS),10000) --users $(or $(USERS),5) < /dev/null

sbom: ## Write the bill of materials of the operator (CycloneDX) to artifacts/sbom.cdx.json
	dotnet tool restore
	dotnet restore --verbosity quiet src/TenantOperator
	dotnet CycloneDX src/TenantOperator/TenantOperator.csproj --disable-package-restore --exclude-dev --set-type Application --set-name tenant-operator --set-version $(VERSION) \
	  --output artifacts --filename sbom.cdx.json --output-format Json

version-check: ## Fail unless program, chart and CHANGELOG.md tell VERSION, as a release must
	@grep -q '<Version>$(VERSION)</Version>' Directory.Build.props || { echo "Directory.Build.props does not say <Version>$(VERSION)</Version>."; exit 1; }
	@grep -qx 'version: $(VERSION)' charts/tenant-operator/Chart.yaml && grep -qx 'appVersion: $(VERSION)' charts/tenant-operator/Chart.yaml || { echo "charts/tenant-operator/Chart.yaml does not say version and appVersion $(VERSION)."; exit 1; }
	@grep -q '^## $(VERSION)' CHANGELOG.md || { echo "CHANGELOG.md has no heading \"## $(VERSION)\": give the one of what is unreleased that name."; exit 1; }

image: ## Build the image IMAGE for this machine (needs Docker with buildx)
	docker buildx build --load --tag $(IMAGE) .

image-push: ## Build the image IMAGE for amd64 and arm64 with its provenance, push it, and leave its digest in artifacts/image.digest
	@mkdir -p artifacts
	docker buildx build --platform linux/amd64,linux/arm64 --provenance=mode=max --sbom=true --push --metadata-file artifacts/image.json --tag $(IMAGE) .
	sed -n 's/.*"containerimage.digest": "\([^"]*\)".*/\1/p' artifacts/image.json > artifacts/image.digest

chart: ## Pack the Helm chart into artifacts/release
	helm package charts/tenant-operator --destination artifacts/release

PLUGIN_PLATFORMS ?= linux-x64 linux-arm64 osx-x64 osx-arm64 win-x64

plugin: ## Pack the plug-in of kubectl for PLUGIN_PLATFORMS into artifacts/release
	@mkdir -p artifacts/release
	@for platform in $(PLUGIN_PLATFORMS); do \
	  dotnet publish src/TenantOperator.Kubectl --configuration Release --runtime $$platform --self-contained false --output artifacts/plugin/$$platform --verbosity quiet --nologo \
	    && tar -czf artifacts/release/kubectl-tenant-$$platform.tar.gz -C artifacts/plugin/$$platform . || exit 1; \
	done

clean: ## Remove what was built here; the API server in the user's cache stays
	@rm -rf artifacts
	@find . \( -name bin -o -name obj \) -type d -prune -not -path './.git/*' -exec rm -rf {} +
