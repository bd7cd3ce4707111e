import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read, refuses, stored, write } from '#testkit/kind-check'
import { sampleOf } from '#testkit/kind-samples'
import type { APIService, APIServiceSpec } from '../gen/apiregistration-v1.ts'
import { apiService } from './api-service.ts'

type Full = APIService & { spec: APIServiceSpec }
const sound = () => read<Full>(apiService, sampleOf(apiService))
const local = () => {
  const { metadata } = sound()
  return {
    metadata: { ...metadata, name: 'v1.apps' },
    spec: { group: 'apps', version: 'v1', groupPriorityMinimum: 1, versionPriority: 1 },
  }
}

test('a wrong APIService is refused', () => {
  refuses<Full>(apiService, sound, [
    [
      ({ metadata }) => (metadata.name = 'metrics'),
      'metadata.name: Invalid value: "metrics": must be `spec.version+"."+spec.group`: "v1beta1.metrics.k8s.io"',
    ],
    [
      ({ metadata, spec }) => Object.assign(spec, { group: '' }) && (metadata.name = 'v1beta1.'),
      'spec.group: Required value: only v1 may have an empty group and it better be legacy kube',
    ],
    [
      ({ metadata, spec }) => Object.assign(spec, { group: 'A' }) && (metadata.name = 'v1beta1.A'),
      /^spec\.group: Invalid value: "A": a lowercase RFC 1123 subdomain/,
    ],
    [
      ({ metadata, spec }) => Object.assign(spec, { version: '1' }) && (metadata.name = '1.metrics.k8s.io'),
      /^spec\.version: Invalid value: "1": a DNS-1035 label/,
    ],
    [
      ({ spec }) => (spec.groupPriorityMinimum = 0),
      'spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000',
    ],
    [
      ({ spec }) => (spec.groupPriorityMinimum = 20_001),
      'spec.groupPriorityMinimum: Invalid value: 20001: must be positive and less than 20000',
    ],
    [
      ({ spec }) => (spec.versionPriority = 1_001),
      'spec.versionPriority: Invalid value: 1001: must be positive and less than 1000',
    ],
    [
      ({ spec }) => (spec.service = { port: 443 }),
      'spec.service.namespace: Required value',
      'spec.service.name: Required value',
    ],
    [
      ({ spec }) => (spec.insecureSkipTLSVerify = true),
      'spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present',
    ],
    [
      ({ spec }) => delete spec.service && (spec.insecureSkipTLSVerify = true),
      'spec.caBundle: Invalid value: "2 bytes": local APIServices may not have a caBundle',
      'spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify',
    ],
  ])
})

test('what this server serves itself is available from the start', () => {
  const { status } = stored<Full>(apiService, local())
  assert.deepEqual(status?.conditions, [
    {
      type: 'Available',
      status: 'True',
      lastTransitionTime: '1970-01-01T00:00:00Z',
      reason: 'Local',
      message: 'Local APIServices are always available',
    },
  ])
  assert.deepEqual(stored<Full>(apiService, sampleOf(apiService)).status, {})
})

test('a condition is true, false or unknown', () => {
  const old = stored<Full>(apiService, sampleOf(apiService))
  const { faults } = write<Full>(
    apiService,
    old,
    (next) => (next.status = { conditions: [{ type: 'Available', status: 'Maybe' }] }),
    'status',
  )
  assert.deepEqual(faults, [
    'status.conditions[0].status: Unsupported value: "Maybe": supported values: "True", "False", "Unknown"',
  ])
})

test('the table tells who serves, and whether', () => {
  const cell = (name: string, object: Full) => apiService.cells[name]?.(object, 0)
  const at = (status: string, reason?: string) => ({
    ...sound(),
    status: { conditions: [{ type: 'Available', status, ...(reason && { reason }) }] },
  })
  assert.equal(cell('Service', sound()), 'kube-system/metrics-server')
  assert.equal(cell('Service', read<Full>(apiService, local())), 'Local')
  assert.deepEqual(
    [sound(), at('True', 'Passed'), at('False', 'Gone'), at('False')].map((one) => cell('Available', one)),
    ['Unknown', 'True', 'False (Gone)', 'False'],
  )
})
