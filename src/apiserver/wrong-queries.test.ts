// Query parameters that are wrong, and the exact Status that each gets.
import { cms, pods, cm, invalidRow, bad, options, testRows, type Row } from '#testkit/wrong-requests'

const labelValue =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
const token = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

const queries: readonly Row[] = [
  bad(
    'a limit that is no number',
    ['GET', `${cms}?limit=many`],
    'strconv.ParseInt: parsing "many": invalid syntax',
  ),
  bad(
    'a timeout that is no number',
    ['GET', `${cms}?watch=1&timeoutSeconds=soon`],
    'strconv.ParseInt: parsing "soon": invalid syntax',
  ),
  bad(
    'a grace that is no number',
    ['DELETE', `${cms}/cm?gracePeriodSeconds=long`],
    'strconv.ParseInt: parsing "long": invalid syntax',
  ),
  bad(
    'a resourceVersion that is no number, on a list',
    ['GET', `${cms}?resourceVersion=new`],
    'invalid resource version: resourceVersion: Invalid value: "new": strconv.ParseUint: parsing "new": invalid syntax',
  ),
  invalidRow(
    'a resourceVersion that is no number, on a watch',
    ['GET', `${cms}?watch=1&resourceVersion=new`],
    '',
    [
      'FieldValueInvalid',
      'resourceVersion',
      'Invalid value: "new": strconv.ParseUint: parsing "new": invalid syntax',
    ],
    { kind: 'configmaps' },
  ),
  bad(
    'a field selector that cannot be read',
    ['GET', `${cms}?fieldSelector=name`],
    "invalid selector: 'name'; can't understand 'name'",
  ),
  bad(
    'a field label that no kind has',
    ['GET', `${cms}?fieldSelector=data.key%3Da`],
    '"data.key" is not a known field selector: only "metadata.name", "metadata.namespace"',
  ),
  bad(
    'a field label that the pod does not have',
    ['GET', `${pods}?fieldSelector=spec.color%3Dred`],
    'field label not supported: spec.color',
  ),
  bad(
    'another name in the field selector of a watch',
    ['GET', `${cms}/cm?watch=1&fieldSelector=metadata.name%3Dother`],
    "fieldSelector metadata.name doesn't match requested name",
  ),
  bad(
    'a label selector with two words',
    ['GET', `${cms}?labelSelector=a%20b`],
    "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
  ),
  bad(
    'a label selector without its set',
    ['GET', `${cms}?labelSelector=a%20in`],
    "unable to parse requirement: found '' expected: '('",
  ),
  bad(
    'a label selector with a bad value',
    ['GET', `${cms}?labelSelector=a%3Db/c`],
    `unable to parse requirement: values[0][a]: Invalid value: "b/c": ${labelValue}`,
  ),
  bad(
    'a continue token that is no base64',
    ['GET', `${cms}?continue=***`],
    'invalid continue token: continue key is not valid: illegal base64 data at input byte 0',
  ),
  bad(
    'a continue token of another version',
    ['GET', `${cms}?continue=${token({ v: 'v2', rv: 5, start: 'a' })}`],
    'invalid continue token: continue key is not valid: server does not recognize this encoded version v2',
  ),
  bad(
    'a continue token without a revision',
    ['GET', `${cms}?continue=${token({ v: 'meta.k8s.io/v1', rv: 0, start: 'a' })}`],
    'invalid continue token: continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)',
  ),
  bad(
    'a continue token without a start',
    ['GET', `${cms}?continue=${token({ v: 'meta.k8s.io/v1', rv: 5, start: '' })}`],
    'invalid continue token: continue key is not valid: encoded start key empty (version meta.k8s.io/v1)',
  ),
  bad(
    'a continue token that leads out of the collection',
    ['GET', `${cms}?continue=${token({ v: 'meta.k8s.io/v1', rv: 5, start: '../../secrets' })}`],
    'invalid continue token: continue key is not valid: ../../secrets',
  ),
  bad(
    'a continue token and a resourceVersion',
    ['GET', `${cms}?resourceVersion=5&continue=${token({ v: 'meta.k8s.io/v1', rv: 5, start: 'a' })}`],
    'specifying resource version is not allowed when using continue',
  ),
  invalidRow(
    'a match without a resourceVersion',
    ['GET', `${cms}?resourceVersionMatch=Exact`],
    '',
    [
      'FieldValueForbidden',
      'resourceVersionMatch',
      'Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    ],
    options('ListOptions'),
  ),
  invalidRow(
    'a match that does not exist',
    ['GET', `${cms}?resourceVersion=5&resourceVersionMatch=Almost`],
    '',
    [
      'FieldValueNotSupported',
      'resourceVersionMatch',
      'Unsupported value: "Almost": supported values: "Exact", "NotOlderThan", ""',
    ],
    options('ListOptions'),
  ),
  invalidRow(
    'exactly the revision 0',
    ['GET', `${cms}?resourceVersion=0&resourceVersionMatch=Exact`],
    '',
    [
      'FieldValueForbidden',
      'resourceVersionMatch',
      'Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
    ],
    options('ListOptions'),
  ),
  invalidRow(
    'initial events of a list',
    ['GET', `${cms}?sendInitialEvents=true`],
    '',
    ['FieldValueForbidden', 'sendInitialEvents', 'Forbidden: sendInitialEvents is forbidden for list'],
    options('ListOptions'),
  ),
  invalidRow(
    'initial events without a match',
    ['GET', `${cms}?watch=1&sendInitialEvents=true`],
    '',
    [
      'FieldValueForbidden',
      'resourceVersionMatch',
      'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    ],
    options('ListOptions'),
  ),
  invalidRow(
    'a match on a watch',
    ['GET', `${cms}?watch=1&resourceVersion=1&resourceVersionMatch=NotOlderThan`],
    '',
    [
      'FieldValueForbidden',
      'resourceVersionMatch',
      'Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    ],
    options('ListOptions'),
  ),
  invalidRow(
    'a dry run of another kind',
    ['POST', `${cms}?dryRun=Some`, cm('a')],
    '',
    ['FieldValueNotSupported', 'dryRun', 'Unsupported value: ["Some"]: supported values: "All"'],
    options('CreateOptions'),
  ),
  invalidRow(
    'a field validation that does not exist',
    ['PUT', `${cms}/cm?fieldValidation=Loose`, cm('cm')],
    '',
    [
      'FieldValueNotSupported',
      'fieldValidation',
      'Unsupported value: "Loose": supported values: "", "Ignore", "Strict", "Warn"',
    ],
    options('UpdateOptions'),
  ),
  invalidRow(
    'a field manager that is too long',
    ['POST', `${cms}?fieldManager=${'m'.repeat(129)}`, cm('a')],
    '',
    ['FieldValueTooLong', 'fieldManager', 'Too long: may not be more than 128 bytes'],
    options('CreateOptions'),
  ),
  invalidRow(
    'a propagation that does not exist',
    ['DELETE', `${cms}/cm?propagationPolicy=Sideways`],
    '',
    [
      'FieldValueNotSupported',
      'propagationPolicy',
      'Unsupported value: "Sideways": supported values: "Foreground", "Background", "Orphan", "nil"',
    ],
    options('DeleteOptions'),
  ),
  invalidRow(
    'two propagations at once',
    ['DELETE', `${cms}/cm`, { orphanDependents: true, propagationPolicy: 'Orphan' }],
    '',
    [
      'FieldValueInvalid',
      'propagationPolicy',
      'Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set',
    ],
    options('DeleteOptions'),
  ),
  {
    what: 'an answer in a form that we do not have',
    ask: ['GET', cms, undefined, { accept: 'text/html' }],
    code: 406,
    reason: 'NotAcceptable',
    message:
      'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  },
]

testRows(queries)
