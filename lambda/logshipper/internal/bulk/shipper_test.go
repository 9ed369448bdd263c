package bulk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/opensearch-project/opensearch-go/v4/signer/awsv2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/lambda/logshipper/internal/bulk"
	"aws-webapp/lambda/logshipper/internal/document"
	"aws-webapp/lambda/logshipper/internal/domain"
	"aws-webapp/lambda/logshipper/internal/testdomain"
)

var hasty = bulk.Options{
	MaxAttempts:    3,
	BaseDelay:      100 * time.Microsecond,
	MaxDelay:       time.Millisecond,
	RequestTimeout: 5 * time.Second,
	Explain:        domain.Explain,
}

func shipper(t testing.TB, server *testdomain.Server, options bulk.Options) *bulk.Shipper {
	t.Helper()
	signer, err := awsv2.NewSigner(aws.Config{
		Region:      "eu-central-1",
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "example", "token"),
	})
	require.NoError(t, err)
	client, err := domain.NewClient(server.URL, signer)
	require.NoError(t, err)
	return bulk.New(client, options)
}

func documentsOf(sources ...string) []document.Document {
	documents := make([]document.Document, len(sources))
	for i, source := range sources {
		documents[i] = document.Document{
			Index: "app-logs-2026.03.01", ID: fmt.Sprintf("id-%d", i), Source: json.RawMessage(source),
		}
	}
	return documents
}

func plain(count int) []document.Document {
	sources := make([]string, count)
	for i := range sources {
		sources[i] = fmt.Sprintf(`{"message":"line %d"}`, i)
	}
	return documentsOf(sources...)
}

// playing plays the faults in order and is without faults afterwards.
func playing(faults ...testdomain.Fault) func(int) testdomain.Fault {
	return func(request int) testdomain.Fault {
		if request < len(faults) {
			return faults[request]
		}
		return testdomain.Fault{}
	}
}

func always(fault testdomain.Fault) func(int) testdomain.Fault {
	return func(int) testdomain.Fault { return fault }
}

func TestShipRecoversFrom(t *testing.T) {
	tests := map[string]struct {
		fault      testdomain.Fault
		duplicates int
	}{
		"nothing":                       {testdomain.Fault{}, 0},
		"429":                           {testdomain.Fault{Status: 429, Body: "{}"}, 0},
		"408":                           {testdomain.Fault{Status: 408}, 0},
		"500":                           {testdomain.Fault{Status: 500, Body: "oops"}, 0},
		"502 with HTML":                 {testdomain.Fault{Status: 502, Body: "<html>"}, 0},
		"503":                           {testdomain.Fault{Status: 503}, 0},
		"504 after storing":             {testdomain.Fault{Status: 504, Apply: true}, 4},
		"a reset":                       {testdomain.Fault{Reset: true}, 0},
		"a reset after storing":         {testdomain.Fault{Reset: true, Apply: true}, 4},
		"an answer that is cut":         {testdomain.Fault{Cut: 30}, 4},
		"an answer that is empty":       {testdomain.Fault{Apply: true, Answer: " "}, 4},
		"an answer that is HTML":        {testdomain.Fault{Apply: true, Answer: "<html>"}, 4},
		"an answer of another shape":    {testdomain.Fault{Apply: true, Answer: `{"items":{"create":1}}`}, 4},
		"an answer without items":       {testdomain.Fault{Apply: true, Answer: `{"errors":false}`}, 4},
		"an answer with too few items":  {testdomain.Fault{Apply: true, Answer: `{"items":[{"create":{"status":201}}]}`}, 4},
		"items without an outcome":      {testdomain.Fault{Apply: true, Answer: `{"items":[{},{},{},{}]}`}, 4},
		"overloaded for some documents": {testdomain.Fault{Items: []int{0, 429}}, 0},
		"shards away for all documents": {testdomain.Fault{Items: []int{503}}, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := testdomain.Start(t, playing(test.fault))

			result := shipper(t, server, hasty).Ship(t.Context(), plain(4))

			assert.Empty(t, result.Failures)
			assert.Equal(t, 4, result.Delivered)
			assert.Equal(t, test.duplicates, result.Duplicates)
			assert.Len(t, server.Documents(), 4)
		})
	}
}

func TestShipRecoversFromADomainThatHangs(t *testing.T) {
	server := testdomain.Start(t, playing(testdomain.Fault{Delay: time.Minute, Apply: true}))
	options := hasty
	options.RequestTimeout = 50 * time.Millisecond

	result := shipper(t, server, options).Ship(t.Context(), plain(2))

	assert.Empty(t, result.Failures)
	assert.Equal(t, 2, result.Duplicates)
}

func TestShipGivesUp(t *testing.T) {
	tests := map[string]struct {
		fault    testdomain.Fault
		reason   string
		requests int
	}{
		"after three attempts at an overloaded domain": {
			testdomain.Fault{Status: 429, Body: `{"error":"rejected"}`},
			`gave up after 3 attempts in a row: status 429: {"error":"rejected"}`, 3,
		},
		"after three attempts at a domain that resets": {
			testdomain.Fault{Reset: true}, "gave up after 3 attempts in a row: no answer from the domain", 3,
		},
		"at once when fine-grained access control refuses": {
			testdomain.Fault{
				Status: 403,
				Body: `{"error":{"type":"security_exception","reason":"no permissions for [indices:data/write/bulk]"},` +
					`"status":403}`,
			},
			"map the function's role ARN as a backend role", 1,
		},
		"at once when IAM refuses": {
			testdomain.Fault{
				Status: 403, Body: `{"Message":"User: arn:aws:iam::1:role/x is not authorized to perform: es:ESHttpPost"}`,
			},
			"it needs es:ESHttp* permissions", 1,
		},
		"at once when the documents are refused one by one": {
			testdomain.Fault{Items: []int{403}}, "map the function's role ARN as a backend role", 1,
		},
		"at once when there is no such path": {
			testdomain.Fault{Status: 404, Body: "no"}, "status 404: no", 1,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := testdomain.Start(t, always(test.fault))

			result := shipper(t, server, hasty).Ship(t.Context(), plain(3))

			require.Len(t, result.Failures, 3)
			assert.Contains(t, result.Failures[0].Reason, test.reason)
			assert.Zero(t, result.Delivered)
			assert.Equal(t, test.requests, result.Requests)
		})
	}
}

func TestShipSendsOnlyTheFailedDocumentsAgain(t *testing.T) {
	server := testdomain.Start(t, playing(testdomain.Fault{Items: []int{0, 429, 0, 0}}))

	result := shipper(t, server, hasty).Ship(t.Context(), plain(8))

	assert.Equal(t, bulk.Result{Delivered: 8, Requests: 2, Retried: 2}, result)
}

func TestShipGoesOnAsLongAsSomethingArrives(t *testing.T) {
	// Every request stores one document of those left: nine attempts, of which no three in a row fail.
	server := testdomain.Start(t, func(request int) testdomain.Fault {
		if request%3 == 2 {
			return testdomain.Fault{Items: []int{0, 429, 429, 429, 429}}
		}
		return testdomain.Fault{Status: 429}
	})

	result := shipper(t, server, hasty).Ship(t.Context(), plain(4))

	assert.Equal(t, 4, result.Delivered)
	assert.Equal(t, 12, result.Requests)
}

func TestShipBoundsRequests(t *testing.T) {
	const limit = 2000
	server := testdomain.Start(t, nil)
	options := hasty
	options.MaxBytes = limit
	documents := append(plain(200), documentsOf(`{"message":"`+strings.Repeat("x", 3*limit)+`"}`)...)
	documents[200].ID = "large"

	result := shipper(t, server, options).Ship(t.Context(), documents)

	assert.Equal(t, 201, result.Delivered)
	_, largest := server.Requests()
	assert.Equal(t, 3*limit+len(`{"create":{"_index":"app-logs-2026.03.01","_id":"large"}}`+"\n"+`{"message":""}`+"\n"),
		largest,
		"the large document travels alone")

	server = testdomain.Start(t, nil)
	result = shipper(t, server, options).Ship(t.Context(), plain(200))
	count, largest := server.Requests()
	assert.LessOrEqual(t, largest, limit)
	assert.Greater(t, largest, limit-200, "requests are filled")
	assert.Equal(t, result.Requests, count)
}

func TestShipHalvesARequestThatIsTooLarge(t *testing.T) {
	server := testdomain.Start(t, playing(
		testdomain.Fault{Status: http.StatusRequestEntityTooLarge},
		testdomain.Fault{Status: http.StatusRequestEntityTooLarge},
	))

	result := shipper(t, server, hasty).Ship(t.Context(), plain(8))

	assert.Equal(t, bulk.Result{Delivered: 8, Requests: 5}, result, "8, 4, 2, 2, 4")
	assert.Len(t, server.Documents(), 8)
}

// One document that makes the domain refuse whole requests must not take the others with it.
func TestShipFindsTheDocumentThatSpoilsTheRequest(t *testing.T) {
	server := testdomain.Start(t, nil)
	documents := plain(16)
	documents[5].Index = "" // the server answers 400 to the whole request
	documents[5].ID = ""

	result := shipper(t, server, hasty).Ship(t.Context(), documents)

	require.Len(t, result.Failures, 1)
	assert.Equal(t, documents[5].Source, result.Failures[0].Document.Source)
	assert.Contains(t, result.Failures[0].Reason, "Malformed action/metadata line")
	assert.Equal(t, 15, result.Delivered)
	assert.Len(t, server.Documents(), 15)
}

func TestShipPausesInTheMiddleOfHalving(t *testing.T) {
	server := testdomain.Start(t, playing(
		testdomain.Fault{Status: http.StatusRequestEntityTooLarge},
		testdomain.Fault{Status: http.StatusTooManyRequests},
	))

	result := shipper(t, server, hasty).Ship(t.Context(), plain(8))

	assert.Equal(t, bulk.Result{Delivered: 8, Requests: 3, Retried: 8}, result, "8, 4 and again 8")
}

func TestShipFlattensWhatTheMappingRefuses(t *testing.T) {
	server := testdomain.Start(t, nil)
	server.RefuseFields(func(source json.RawMessage) bool { return strings.Contains(string(source), `"data":{`) })

	result := shipper(t, server, hasty).Ship(t.Context(), documentsOf(
		`{"message":"fine"}`, `{"event_type":"visit","data":{"x":"secret"}}`,
	))

	assert.Equal(t, bulk.Result{Delivered: 2, Flattened: 1, Requests: 2, Retried: 1}, result)
	var stored map[string]string
	require.NoError(t, json.Unmarshal(server.Documents()["app-logs-2026.03.01/id-1"], &stored))
	assert.Equal(t, "visit", stored["event_type"])
	assert.Equal(t, `{"data":{"x":"secret"},"event_type":"visit"}`, stored["message"])
	assert.Equal(t, "mapper_parsing_exception: failed to parse field [data.x].", stored["rejected"],
		"the reason does not quote the document")
}

// Which refusals are about fields, and which are not, in OpenSearch's words: MapperService, DocumentMapper,
// Mapping.merge, DocumentParser and the strict mapping name fields; ShardLimitValidator ("this action would
// add [2] total shards"), a closed index and a missing ingest pipeline do not (OpenSearch 2.19, server module).
func TestShipFlattensForNothingButTheMapping(t *testing.T) {
	const shards = "Validation Failed: 1: this action would add [2] total shards, but this cluster currently has " +
		"[1000]/[1000] maximum shards open;"
	tests := map[string]struct {
		kind, reason string
		flat         bool
	}{
		"a type that differs": {
			"mapper_parsing_exception", "failed to parse field [data.x] of type [double]", true,
		},
		"an object for a value": {
			"mapper_parsing_exception",
			"object mapping for [data.x] tried to parse field [x] as object, but found a concrete value", true,
		},
		"too many fields": {
			"illegal_argument_exception", "Limit of total fields [1000] has been exceeded", true,
		},
		"too deep": {
			"illegal_argument_exception", "Limit of mapping depth [20] has been exceeded due to object field [a.b]", true,
		},
		"a mapper that differs": {
			"illegal_argument_exception", "mapper [data.x] cannot be changed from type [double] to [keyword]", true,
		},
		"a strict mapping": {
			"strict_dynamic_mapping_exception",
			"mapping set to strict, dynamic introduction of [x] within [data] is not allowed", true,
		},
		"no room for shards":      {"validation_exception", shards, false},
		"no room for shards, too": {"illegal_argument_exception", shards, false},
		"a closed index":          {"index_closed_exception", "closed", false},
		"a pipeline":              {"illegal_argument_exception", "pipeline with id [x] does not exist", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := testdomain.Start(t, nil)
			server.Refuse(func(source json.RawMessage) *testdomain.Cause {
				if strings.Contains(string(source), `"data":{`) {
					return &testdomain.Cause{Type: test.kind, Reason: test.reason}
				}
				return nil
			})

			result := shipper(t, server, hasty).Ship(t.Context(), documentsOf(`{"level":"ERROR","data":{"x":1}}`))

			if test.flat {
				assert.Equal(t, bulk.Result{Delivered: 1, Flattened: 1, Requests: 2, Retried: 1}, result)
				assert.Contains(t, string(server.Documents()["app-logs-2026.03.01/id-0"]), `"level":"ERROR"`)
				return
			}
			require.Len(t, result.Failures, 1)
			assert.Empty(t, server.Documents())
		})
	}
}

// What ends in the queue is the document as it was built: a replay brings its fields back.
func TestShipHandsBackTheOriginal(t *testing.T) {
	fields := testdomain.Cause{Type: "mapper_parsing_exception", Reason: "failed to parse field [data.x]"}
	source := `{"level":"ERROR","data":{"x":1},"fields":{"y":2}}`
	tests := map[string]func(*testdomain.Server){
		"refused as text too": func(s *testdomain.Server) {
			s.Refuse(func(json.RawMessage) *testdomain.Cause { return &fields })
		},
		"no capacity for the text": func(s *testdomain.Server) {
			s.Refuse(func(source json.RawMessage) *testdomain.Cause {
				if strings.Contains(string(source), `"data":{`) {
					return &fields
				}
				return nil
			})
			s.SetFaults(func(request int) testdomain.Fault {
				if request == 0 {
					return testdomain.Fault{}
				}
				return testdomain.Fault{Status: http.StatusTooManyRequests}
			})
		},
	}
	for name, arrange := range tests {
		t.Run(name, func(t *testing.T) {
			server := testdomain.Start(t, nil)
			arrange(server)

			result := shipper(t, server, hasty).Ship(t.Context(), documentsOf(source))

			require.Len(t, result.Failures, 1)
			assert.JSONEq(t, source, string(result.Failures[0].Document.Source))
		})
	}
}

func TestShipGivesUpOnADocumentThatIsRefusedAsTextToo(t *testing.T) {
	server := testdomain.Start(t, nil)
	server.RefuseFields(func(json.RawMessage) bool { return true })

	result := shipper(t, server, hasty).Ship(t.Context(), documentsOf(`{"event_type":"visit"}`))

	require.Len(t, result.Failures, 1)
	assert.Equal(t, "status 400: mapper_parsing_exception: failed to parse field [data.x].", result.Failures[0].Reason)
	assert.Equal(t, 2, result.Requests)
}

func TestShipEndsBeforeTheDeadline(t *testing.T) {
	tests := map[string]testdomain.Fault{
		"of a domain that refuses":     {Status: 503},
		"of a domain that hangs":       {Status: 503, Delay: time.Minute},
		"of a domain that resets":      {Reset: true},
		"of a domain without capacity": {Items: []int{429}},
	}
	for name, fault := range tests {
		t.Run(name, func(t *testing.T) {
			server := testdomain.Start(t, always(fault))
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()

			started := time.Now()
			result := shipper(t, server, bulk.Options{MaxAttempts: 1000, BaseDelay: 20 * time.Millisecond}).Ship(ctx, plain(2))

			assert.Less(t, time.Since(started), 3*time.Second)
			require.Len(t, result.Failures, 2)
			assert.Contains(t, result.Failures[0].Reason, "ran out of time: ")
		})
	}
}

func TestShipDoesNotHammerAnOverloadedDomain(t *testing.T) {
	server := testdomain.Start(t, playing(testdomain.Fault{Status: 429}))
	options := hasty
	options.MaxBytes = 1 // a request per document

	result := shipper(t, server, options).Ship(t.Context(), plain(10))

	assert.Equal(t, bulk.Result{Delivered: 10, Requests: 11, Retried: 10}, result,
		"after the first refusal it pauses instead of sending the other nine")
}

func TestShipBacksOff(t *testing.T) {
	server := testdomain.Start(t, always(testdomain.Fault{Status: 503}))
	options := bulk.Options{MaxAttempts: 6, BaseDelay: 10 * time.Millisecond, MaxDelay: 20 * time.Millisecond}

	started := time.Now()
	for range 5 {
		result := shipper(t, server, options).Ship(t.Context(), plain(1))
		require.Equal(t, 6, result.Requests)
	}
	took := time.Since(started)

	// Each run waits up to 10 ms and four times up to 20 ms, half of it on average.
	assert.Greater(t, took, 60*time.Millisecond)
	assert.Less(t, took, 2*time.Second)
}

func TestShipOfNothingSendsNothing(t *testing.T) {
	server := testdomain.Start(t, nil)
	assert.Equal(t, bulk.Result{}, shipper(t, server, hasty).Ship(t.Context(), nil))
	count, _ := server.Requests()
	assert.Zero(t, count)
}

func TestRefusalsAreQuotedWithoutAnExplanation(t *testing.T) {
	server := testdomain.Start(t, always(testdomain.Fault{Status: 401, Body: strings.Repeat("é", 600)}))
	options := hasty
	options.Explain = nil

	result := shipper(t, server, options).Ship(t.Context(), plain(1))

	require.Len(t, result.Failures, 1)
	assert.Equal(t, "status 401: "+strings.Repeat("é", 256)+"...", result.Failures[0].Reason)
}
