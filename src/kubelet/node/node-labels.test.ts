import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeLabelsFault } from './node-labels.ts'

test('nodeLabelsFault() allows own names, own prefixes and what is none of Kubernetes', () => {
  const good = [
    'zone',
    'example.com/a',
    'mykubernetes.io/a',
    'kubernetes.io/hostname',
    'topology.kubernetes.io/zone',
    'node.kubernetes.io/role',
    'gpu.node.kubernetes.io/a',
    'kubelet.kubernetes.io/a',
  ]
  assert.equal(nodeLabelsFault(good), undefined)
})

test('nodeLabelsFault() names what a node must not say of itself', () => {
  const fault = nodeLabelsFault(['node-role.kubernetes.io/master', 'a.k8s.io/b', 'kubernetes.io/other', 'x'])
  assert.match(
    fault ?? '',
    /^unknown 'kubernetes.io' or 'k8s.io' labels specified with --node-labels: \[a\.k8s\.io\/b kubernetes\.io\/other node-role\.kubernetes\.io\/master\]\n--node-labels in/,
  )
})
