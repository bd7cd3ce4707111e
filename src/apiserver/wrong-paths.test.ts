// Paths and methods that nobody answers, and the exact Status that each gets.
import {
  cms,
  pods,
  mergePatch,
  cm,
  cause,
  notFoundRow,
  noRoute,
  wrongMethod,
  testRows,
  type Row,
} from '#testkit/wrong-requests'

const places: readonly Row[] = [
  notFoundRow('an object that is not there', ['GET', `${cms}/none`], 'configmaps "none" not found', {
    name: 'none',
    kind: 'configmaps',
  }),
  notFoundRow('a replacement of nothing', ['PUT', `${cms}/none`, cm('none')], 'configmaps "none" not found', {
    name: 'none',
    kind: 'configmaps',
  }),
  notFoundRow(
    'a patch of nothing',
    ['PATCH', `${cms}/none`, '{}', mergePatch],
    'configmaps "none" not found',
    {
      name: 'none',
      kind: 'configmaps',
    },
  ),
  notFoundRow('a deletion of nothing', ['DELETE', `${cms}/none`], 'configmaps "none" not found', {
    name: 'none',
    kind: 'configmaps',
  }),
  notFoundRow(
    'an object of a group that is not there',
    ['GET', '/apis/coordination.k8s.io/v1/namespaces/default/leases/none'],
    'leases.coordination.k8s.io "none" not found',
    { name: 'none', group: 'coordination.k8s.io', kind: 'leases' },
  ),
  notFoundRow(
    'a namespace that is not there',
    ['POST', '/api/v1/namespaces/nowhere/configmaps', cm('a')],
    'namespaces "nowhere" not found',
    { name: 'nowhere', kind: 'namespaces' },
  ),
  {
    what: 'a namespace that is going',
    ask: ['POST', '/api/v1/namespaces/ending/configmaps', cm('a')],
    code: 403,
    reason: 'Forbidden',
    message:
      'configmaps "a" is forbidden: unable to create new content in namespace ending because it is being terminated',
    details: {
      name: 'a',
      kind: 'configmaps',
      causes: [cause('NamespaceTerminating', 'metadata.namespace', 'namespace ending is being terminated')],
    },
  },
  {
    what: 'a namespace that must stay',
    ask: ['DELETE', '/api/v1/namespaces/kube-system'],
    code: 403,
    reason: 'Forbidden',
    message: 'namespaces "kube-system" is forbidden: this namespace may not be deleted',
    details: { name: 'kube-system', kind: 'namespaces' },
  },
  noRoute('a resource that nobody serves', ['GET', '/api/v1/cheeses']),
  noRoute('a resource that nobody serves, in a namespace', ['GET', '/api/v1/namespaces/default/cheeses/a']),
  noRoute('a subresource that the kind does not have', ['GET', `${cms}/cm/log`]),
  noRoute('a path below a subresource', ['GET', `${pods}/pod/status/deeper`]),
  wrongMethod('a creation across namespaces', ['POST', '/api/v1/configmaps', cm('a')]),
  wrongMethod('a creation at an object', ['POST', `${cms}/cm`, cm('cm')]),
  wrongMethod('a replacement of a collection', ['PUT', cms, cm('a')]),
  wrongMethod('a patch of a collection', ['PATCH', cms, '{}', mergePatch]),
  wrongMethod('a deletion across namespaces', ['DELETE', '/api/v1/configmaps']),
  wrongMethod('a deletion of a status', ['DELETE', `${pods}/pod/status`]),
  wrongMethod('a reading of a binding', ['GET', `${pods}/pod/binding`]),
]

testRows(places)
