// Requests that are wrong, and the exact Status that each gets. The words are upstream's: clients match them.
import {
  cms,
  pods,
  json,
  yaml,
  cm,
  pod,
  invalidRow,
  bad,
  wrongType,
  testRows,
  type Row,
} from '#testkit/wrong-requests'

const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const labelValue =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
const qualifiedName =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

const bodies: readonly Row[] = [
  bad(
    'no body',
    ['POST', cms, '', json],
    "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)",
  ),
  bad(
    'half an object',
    ['POST', cms, '{"kind":"ConfigMap",', json],
    'the object provided is unrecognized (must be of type ConfigMap): couldn\'t get version/kind; json parse error: unexpected end of JSON input ({"kind":"ConfigMap",)',
  ),
  bad(
    'text that is no JSON',
    ['POST', cms, 'hello', json],
    "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: invalid character 'h' looking for beginning of value (68656c6c6f)",
  ),
  bad(
    'long text that is no JSON',
    ['POST', cms, `[${'x'.repeat(40)}`, json],
    "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: invalid character 'x' looking for beginning of value (5b7878787878787878787878787878787878787878787878787878787878 ...)",
  ),
  bad(
    'something after the object',
    ['POST', cms, '{} {}', json],
    "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: invalid character '{' after top-level value ({} {})",
  ),
  bad(
    'a kind that does not exist',
    ['POST', cms, { kind: 'Cheese', apiVersion: 'v1', metadata: { name: 'a' } }],
    'Cheese in version "v1" cannot be handled as a ConfigMap: no kind "Cheese" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"',
  ),
  bad(
    'a version that does not exist',
    ['POST', cms, { ...cm('a'), apiVersion: 'v9' }],
    'ConfigMap in version "v9" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered for version "v9" in scheme "pkg/api/legacyscheme/scheme.go:30"',
  ),
  bad(
    'another kind than the path',
    ['POST', pods, cm('a')],
    'ConfigMap in version "v1" cannot be handled as a Pod: converting (v1.ConfigMap) to (core.Pod): unknown conversion',
  ),
  bad(
    'a number where a text belongs',
    ['POST', cms, cm('a', { data: { key: 5 } })],
    'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
  ),
  bad(
    'a text where a number belongs',
    ['POST', pods, pod('a', { terminationGracePeriodSeconds: 'soon' })],
    'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal string into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64',
  ),
  bad(
    'a list where an object belongs',
    ['POST', cms, { kind: 'ConfigMap', apiVersion: 'v1', metadata: [] }],
    'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal array into Go struct field ConfigMap.metadata of type v1.ObjectMeta',
  ),
  bad(
    'an unknown field, strictly',
    ['POST', `${cms}?fieldValidation=Strict`, cm('a', { dta: {} })],
    'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dta"',
  ),
  bad(
    'a field twice, strictly',
    [
      'POST',
      `${cms}?fieldValidation=Strict`,
      '{"metadata":{"name":"a"},"data":{"k":"1"},"data":{"k":"2"}}',
      json,
    ],
    'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data"',
  ),
  bad(
    'several unknown fields, strictly',
    ['POST', `${pods}?fieldValidation=Strict`, pod('a', { foo: 1, nodeNam: 'x' })],
    'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.foo", unknown field "spec.nodeNam"',
  ),
  wrongType(
    'a content type that nobody reads',
    ['POST', cms, 'a', { 'content-type': 'text/plain' }],
    'application/json, application/yaml, application/vnd.kubernetes.protobuf',
  ),
  {
    what: 'a body of more than 3 MiB',
    ask: ['POST', cms, 'x'.repeat(3 * 1024 * 1024 + 1), json],
    code: 413,
    reason: 'RequestEntityTooLarge',
    message: 'Request entity too large: limit is 3145728',
  },
]

const names: readonly Row[] = [
  invalidRow('no name', ['POST', cms, { metadata: {} }], '', [
    'FieldValueRequired',
    'metadata.name',
    'Required value: name or generateName is required',
  ]),
  invalidRow('a name with capitals', ['POST', cms, cm('Bad')], 'Bad', [
    'FieldValueInvalid',
    'metadata.name',
    `Invalid value: "Bad": ${subdomain}`,
  ]),
  invalidRow('a name that is too long', ['POST', cms, cm('a'.repeat(254))], 'a'.repeat(254), [
    'FieldValueInvalid',
    'metadata.name',
    `Invalid value: "${'a'.repeat(254)}": must be no more than 253 characters`,
  ]),
  invalidRow(
    'a namespace name that is no label',
    ['POST', '/api/v1/namespaces', { metadata: { name: 'a.b' } }],
    'a.b',
    ['FieldValueInvalid', 'metadata.name', 'Invalid value: "a.b": must not contain dots'],
    { kind: 'Namespace' },
  ),
  invalidRow(
    'a label value with a slash',
    ['POST', cms, { metadata: { name: 'a', labels: { key: 'b/c' } } }],
    'a',
    ['FieldValueInvalid', 'metadata.labels', `Invalid value: "b/c": ${labelValue}`],
  ),
  invalidRow(
    'a label key with a space',
    ['POST', cms, { metadata: { name: 'a', labels: { 'k k': 'v' } } }],
    'a',
    ['FieldValueInvalid', 'metadata.labels', `Invalid value: "k k": ${qualifiedName}`],
  ),
  invalidRow(
    'annotations of more than 256 KiB',
    ['POST', cms, { metadata: { name: 'a', annotations: { big: 'x'.repeat(1 << 18) } } }],
    'a',
    ['FieldValueTooLong', 'metadata.annotations', 'Too long: may not be more than 262144 bytes'],
  ),
  invalidRow(
    'an owner without a uid',
    [
      'POST',
      cms,
      { metadata: { name: 'a', ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'x', uid: '' }] } },
    ],
    'a',
    ['FieldValueRequired', 'metadata.ownerReferences[0].uid', 'Required value: must not be empty'],
  ),
  bad(
    'another namespace than the path',
    ['POST', cms, { metadata: { name: 'a', namespace: 'other' } }],
    'the namespace of the provided object does not match the namespace sent on the request',
  ),
  bad(
    'another name than the path',
    ['PUT', `${cms}/cm`, cm('other')],
    'the name of the object (other) does not match the name on the URL (cm)',
  ),
  bad(
    'no name in a replacement',
    ['PUT', `${cms}/cm`, { metadata: {} }],
    'the name of the object (cm based on URL) was undeterminable: name must be provided',
  ),
  {
    what: 'a name that is taken',
    ask: ['POST', cms, cm('cm')],
    code: 409,
    reason: 'AlreadyExists',
    message: 'configmaps "cm" already exists',
    details: { name: 'cm', kind: 'configmaps' },
  },
  {
    what: 'a resourceVersion on something new',
    ask: ['POST', cms, { metadata: { name: 'a', resourceVersion: '5' } }],
    code: 500,
    message: 'resourceVersion should not be set on objects to be created',
  },
]

const yamlRows: readonly Row[] = [
  invalidRow('a name with capitals, in YAML', ['POST', cms, 'metadata:\n  name: Bad\n', yaml], 'Bad', [
    'FieldValueInvalid',
    'metadata.name',
    `Invalid value: "Bad": ${subdomain}`,
  ]),
]

testRows([...bodies, ...names, ...yamlRows])
