// Writes that the state of the object forbids, and the exact Status that each gets.
import {
  cms,
  pods,
  json,
  jsonPatch,
  mergePatch,
  strategicPatch,
  cm,
  invalidRow,
  bad,
  wrongType,
  lost,
  unpatchable,
  options,
  testRows,
  type Row,
} from '#testkit/wrong-requests'

const modified = 'the object has been modified; please apply your changes to the latest version and try again'
const writes: readonly Row[] = [
  lost(
    'a replacement of an older state',
    ['PUT', `${cms}/cm`, { metadata: { name: 'cm', resourceVersion: '1' } }],
    'cm',
    modified,
  ),
  lost(
    'a replacement of another object of this name',
    ['PUT', `${cms}/cm`, { metadata: { name: 'cm', uid: 'other' } }],
    'cm',
    'StorageError: invalid object, Code: 4, Key: /registry/configmaps/default/cm, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: other, UID in object meta: {uid}',
  ),
  lost(
    'a patch of an older state',
    ['PATCH', `${cms}/cm`, { metadata: { resourceVersion: '1' }, data: { a: 'b' } }, mergePatch],
    'cm',
    modified,
  ),
  lost(
    'a deletion of another object of this name',
    ['DELETE', `${cms}/cm`, { preconditions: { uid: 'other' } }],
    'cm',
    'the UID in the precondition (other) does not match the UID in record ({uid}). The object might have been deleted and then recreated',
    'ConfigMap',
  ),
  lost(
    'a deletion of an older state',
    ['DELETE', `${cms}/cm`, { preconditions: { resourceVersion: '1' } }],
    'cm',
    'the ResourceVersion in the precondition (1) does not match the ResourceVersion in record ({rv}). The object might have been modified',
    'ConfigMap',
  ),
  invalidRow(
    'a change of data that is fixed',
    ['PUT', `${cms}/fixed`, cm('fixed', { immutable: true, data: { a: 'c' } })],
    'fixed',
    ['FieldValueForbidden', 'data', 'Forbidden: field is immutable when `immutable` is set'],
  ),
  invalidRow(
    'a deletion time that is set by hand',
    ['PUT', `${cms}/cm`, { metadata: { name: 'cm', deletionTimestamp: '2026-01-01T00:00:00Z' } }],
    'cm',
    [
      'FieldValueInvalid',
      'metadata.deletionTimestamp',
      'Invalid value: "2026-01-01T00:00:00Z": field is immutable',
    ],
  ),
  invalidRow(
    'a finalizer on what is being deleted',
    [
      'PATCH',
      `${cms}/going`,
      { metadata: { finalizers: ['kubeling.dev/hold', 'kubeling.dev/more'] } },
      mergePatch,
    ],
    'going',
    [
      'FieldValueForbidden',
      'metadata.finalizers',
      'Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"kubeling.dev/more"}',
    ],
  ),
  invalidRow(
    'a pod without containers',
    ['POST', pods, { metadata: { name: 'a' }, spec: {} }],
    'a',
    ['FieldValueRequired', 'spec.containers', 'Required value'],
    { kind: 'Pod' },
  ),
  {
    what: 'a second binding of a pod',
    ask: [
      'POST',
      `${pods}/pod/binding`,
      { kind: 'Binding', apiVersion: 'v1', metadata: { name: 'pod' }, target: { kind: 'Node', name: 'n2' } },
    ],
    code: 409,
    reason: 'Conflict',
    message: 'Operation cannot be fulfilled on pods/binding "pod": pod pod is already assigned to node "n1"',
    details: { name: 'pod', kind: 'pods/binding' },
  },
]

const patchRows: readonly Row[] = [
  wrongType(
    'a patch that is plain JSON',
    ['PATCH', `${cms}/cm`, '{}', json],
    'application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml',
  ),
  bad(
    'a server-side apply of nothing',
    ['PATCH', `${cms}/cm?fieldManager=me`, '{}', { 'content-type': 'application/apply-patch+yaml' }],
    'invalid object type: /, Kind=',
  ),
  bad(
    'a JSON patch that is no list',
    ['PATCH', `${cms}/cm`, '{"op":"add"}', jsonPatch],
    'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
  ),
  bad(
    'half a merge patch',
    ['PATCH', `${cms}/cm`, '{"data":', mergePatch],
    'error decoding patch: unexpected end of JSON input',
  ),
  bad(
    'a merge patch that is a list',
    ['PATCH', `${cms}/cm`, '[]', mergePatch],
    'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
  ),
  bad(
    'half a strategic merge patch',
    ['PATCH', `${cms}/cm`, '{"data":', strategicPatch],
    'error decoding patch: unexpected end of JSON input',
  ),
  unpatchable('a JSON patch that tests for something else', [
    'PATCH',
    `${cms}/cm`,
    [{ op: 'test', path: '/data/key', value: 'other' }],
    jsonPatch,
  ]),
  unpatchable('a JSON patch that removes nothing', [
    'PATCH',
    `${cms}/cm`,
    [{ op: 'remove', path: '/data/none' }],
    jsonPatch,
  ]),
  unpatchable('a JSON patch with an unknown operation', [
    'PATCH',
    `${cms}/cm`,
    [{ op: 'melt', path: '/data' }],
    jsonPatch,
  ]),
  bad(
    'a patch of the name',
    ['PATCH', `${cms}/cm`, { metadata: { name: 'other' } }, mergePatch],
    'the name of the object (other) does not match the name on the URL (cm)',
  ),
  bad(
    'a patch of the namespace',
    ['PATCH', `${cms}/cm`, { metadata: { namespace: 'other' } }, mergePatch],
    'the namespace of the provided object does not match the namespace sent on the request',
  ),
  {
    what: 'a JSON patch of more than 10,000 operations',
    ask: [
      'PATCH',
      `${cms}/cm`,
      Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/data/key', value: 'value' })),
      jsonPatch,
    ],
    code: 413,
    reason: 'RequestEntityTooLarge',
    message: 'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
  },
  invalidRow(
    'force on a patch that is no apply',
    ['PATCH', `${cms}/cm?force=true`, '{}', mergePatch],
    '',
    ['FieldValueForbidden', 'force', 'Forbidden: may not be specified for non-apply patch'],
    options('PatchOptions'),
  ),
]

testRows([...writes, ...patchRows])
