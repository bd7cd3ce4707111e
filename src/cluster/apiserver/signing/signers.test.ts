// What the signers of every cluster sign, and what they approve unseen.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RequestFacts } from '#apiserver'
import { recognizersFor, signers } from './signers.ts'

const facts: RequestFacts = {
  commonName: 'system:node:n1',
  organizations: ['system:nodes'],
  dnsNames: [],
  addresses: [],
  emails: [],
  uris: [],
}
const clientUses = ['key encipherment', 'digital signature', 'client auth']
const servingUses = ['digital signature', 'server auth']
const [client, kubelet, serving] = [
  'kubernetes.io/kube-apiserver-client',
  'kubernetes.io/kube-apiserver-client-kubelet',
  'kubernetes.io/kubelet-serving',
] as const

for (const [signer, what, more, usages, fault] of [
  [kubelet, 'a node', {}, clientUses, undefined],
  [kubelet, 'a node without encipherment', {}, clientUses.slice(1), undefined],
  [kubelet, 'another group', { organizations: ['dev'] }, clientUses, /organization is not system:nodes/],
  [
    kubelet,
    'a second group',
    { organizations: ['system:nodes', 'system:masters'] },
    clientUses,
    /organization/,
  ],
  [
    kubelet,
    'another name',
    { commonName: 'admin' },
    clientUses,
    /common name does not begin with system:node:/,
  ],
  [kubelet, 'a DNS name', { dnsNames: ['a'] }, clientUses, /DNS subjectAltNames are not allowed/],
  [kubelet, 'an address', { addresses: ['1.2.3.4'] }, clientUses, /IP subjectAltNames are not allowed/],
  [kubelet, 'an email', { emails: ['a@b'] }, clientUses, /Email subjectAltNames are not allowed/],
  [kubelet, 'a URI', { uris: ['a:b'] }, clientUses, /URI subjectAltNames are not allowed/],
  [kubelet, 'a server', {}, servingUses, /usages did not match/],
  [serving, 'a name', { dnsNames: ['n1'] }, servingUses, undefined],
  [serving, 'an address', { addresses: ['10.0.0.1'] }, servingUses, undefined],
  [serving, 'nothing', {}, servingUses, /DNS or IP subjectAltName is required/],
  [serving, 'a client', { dnsNames: ['n1'] }, clientUses, /usages did not match/],
  [serving, 'another group', { dnsNames: ['n1'], organizations: [] }, servingUses, /organization/],
  [serving, 'another name', { dnsNames: ['n1'], commonName: 'n1' }, servingUses, /common name/],
  [client, 'anybody', { commonName: 'ann', organizations: ['dev'] }, clientUses, undefined],
  [client, 'a server', {}, servingUses, /did not include client auth/],
  [client, 'both', {}, [...clientUses, 'server auth'], /usage "server auth" is not one of those/],
] as const) {
  test(`${signer}: ${what} is ${fault === undefined ? 'signed' : 'not'}`, () => {
    const found = signers[signer]?.({ facts: { ...facts, ...more }, usages })
    if (fault === undefined) assert.equal(found, undefined)
    else assert.match(found ?? '', fault)
  })
}

test('a node is recognized for itself, a machine that joins for a node, nobody for anything else', () => {
  const rightsOf = (signer: string, user: string, more: Partial<RequestFacts> = {}) =>
    recognizersFor(signer, user, { facts: { ...facts, ...more }, usages: clientUses }).map(
      (one) => one.subresource,
    )
  assert.deepEqual(rightsOf(kubelet, 'system:node:n1'), ['selfnodeclient', 'nodeclient'])
  assert.deepEqual(rightsOf(kubelet, 'system:bootstrap:abcdef'), ['nodeclient'])
  assert.deepEqual(rightsOf(kubelet, 'system:node:n1', { organizations: ['system:masters'] }), [])
  assert.deepEqual(rightsOf(client, 'system:node:n1'), [])
  assert.deepEqual(rightsOf(serving, 'system:node:n1'), [])
})
