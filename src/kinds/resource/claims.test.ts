import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read, refuses, stored, told, write } from '#testkit/kind-check'
import type {
  DeviceClass,
  DeviceRequest,
  ResourceClaim,
  ResourceClaimSpec,
  ResourceClaimTemplate,
} from '../gen/resource-v1.ts'
import { deviceClass } from './device-class.ts'
import { resourceClaim } from './resource-claim.ts'
import { resourceClaimTemplate } from './resource-claim-template.ts'

const opaque = (driver: string, parameters: unknown = {}) => ({ opaque: { driver, parameters } })
const exactly = (fields: object): DeviceRequest => ({
  name: 'gpu',
  exactly: { deviceClassName: 'gpu.example.com', ...fields },
})
const claim = (devices: object): ResourceClaim => ({
  metadata: { name: 'a', namespace: 'default' },
  spec: { devices },
})
const sound = () =>
  claim({
    requests: [
      exactly({}),
      { name: 'any', firstAvailable: [{ name: 'big', deviceClassName: 'gpu.example.com' }] },
    ],
  })
const devices = (fields: object) => (object: ResourceClaim) =>
  Object.assign(object.spec.devices ?? {}, fields)
const request = (one: object) => devices({ requests: [one] })
const at = 'spec.devices.requests[0]'

test('requests of devices that are wrong', () => {
  const oneOf = 'exactly one of `exactly` or `firstAvailable` is required'
  const inner = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ name: `n${i}`, deviceClassName: 'a' }))
  refuses(resourceClaim, sound, [
    [request({ ...exactly({}), name: 'a.b' }), `${at}.name: Invalid value: "a.b": must not contain dots`],
    [request({ name: 'a' }), `${at}: Required value: ${oneOf}`],
    [
      request({ ...exactly({}), firstAvailable: inner(1) }),
      `${at}: Invalid value: null: ${oneOf}, but multiple fields are set`,
    ],
    [devices({ requests: [exactly({}), exactly({})] }), 'spec.devices.requests[1]: Duplicate value: "gpu"'],
    [
      devices({ requests: Array.from({ length: 33 }, () => exactly({})) }),
      'spec.devices.requests: Too many: 33: must have at most 32 items',
    ],
    [
      request({ name: 'a', firstAvailable: inner(9) }),
      `${at}.firstAvailable: Too many: 9: must have at most 8 items`,
    ],
    [
      request({ name: 'a', firstAvailable: [...inner(1), ...inner(1)] }),
      `${at}.firstAvailable[1]: Duplicate value: "n0"`,
    ],
    [
      request({ name: 'a', firstAvailable: [{ name: 'A', deviceClassName: 'a' }] }),
      /^spec\.devices\.requests\[0\]\.firstAvailable\[0\]\.name: Invalid value: "A"/,
    ],
    [request(exactly({ deviceClassName: '' })), `${at}.exactly.deviceClassName: Required value`],
    [
      request(exactly({ deviceClassName: 'A' })),
      /^spec\.devices\.requests\[0\]\.exactly\.deviceClassName: Invalid value: "A"/,
    ],
    [request(exactly({ selectors: [{}] })), `${at}.exactly.selectors[0].cel: Required value`],
    [
      request(exactly({ selectors: [{ cel: { expression: 'a'.repeat(10 * 1024 + 1) } }] })),
      `${at}.exactly.selectors[0].cel.expression: Too long: may not be more than 10240 bytes`,
    ],
    [
      request(exactly({ selectors: Array.from({ length: 33 }, () => ({})) })),
      `${at}.exactly.selectors: Too many: 33: must have at most 32 items`,
    ],
    [
      request(exactly({ allocationMode: 'Some' })),
      `${at}.exactly.allocationMode: Unsupported value: "Some": supported values: "All", "ExactCount"`,
    ],
    [
      request(exactly({ allocationMode: 'All', count: 2 })),
      `${at}.exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'`,
    ],
    [request(exactly({ count: -1 })), `${at}.exactly.count: Invalid value: -1: must be greater than zero`],
  ])
})

test('tolerations of devices’ taints that are wrong', () => {
  const toleration = (one: object) => request(exactly({ tolerations: [one] }))
  const where = `${at}.exactly.tolerations[0]`
  refuses(resourceClaim, sound, [
    [
      toleration({ key: 'a b' }),
      /^spec\.devices\.requests\[0\]\.exactly\.tolerations\[0\]\.key: Invalid value: "a b"/,
    ],
    [
      toleration({ operator: 'Exists', value: 'a' }),
      `${where}.value: Invalid value: "a": must be empty for operator \`Exists\``,
    ],
    [
      toleration({ operator: 'Equal', value: 'a b' }),
      /tolerations\[0\]\.value: Invalid value: "a b": a valid label/,
    ],
    [
      toleration({ operator: 'Is' }),
      `${where}.operator: Unsupported value: "Is": supported values: "Equal", "Exists"`,
    ],
    [
      toleration({ effect: 'Prefer' }),
      `${where}.effect: Unsupported value: "Prefer": supported values: "NoExecute", "NoSchedule", "None"`,
    ],
  ])
})

test('constraints and configurations that are wrong', () => {
  const noRequest =
    "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"
  const constraint = (one: object) => devices({ constraints: [{ matchAttribute: 'a.b/c', ...one }] })
  const config = (one: object) => devices({ config: [one] })
  const c = 'spec.devices.constraints[0]'
  const f = 'spec.devices.config[0]'
  refuses(resourceClaim, sound, [
    [constraint({ requests: ['gpu', 'any', 'any/big'] })],
    [constraint({ requests: ['cpu'] }), `${c}.requests[0]: Invalid value: "cpu": ${noRequest}`],
    [constraint({ requests: ['any/small'] }), `${c}.requests[0]: Invalid value: "any/small": ${noRequest}`],
    [constraint({ requests: ['a/b/c'] }), `${c}.requests[0]: Invalid value: "a/b/c": ${noRequest}`],
    [constraint({ requests: ['gpu', 'gpu'] }), `${c}.requests[1]: Duplicate value: "gpu"`],
    [
      constraint({ matchAttribute: 'a' }),
      `${c}.matchAttribute: Invalid value: "a": a fully qualified name must be a domain and a name separated by a slash`,
    ],
    [
      constraint({ matchAttribute: '/' }),
      `${c}.matchAttribute: Invalid value: "": the domain must not be empty`,
      `${c}.matchAttribute: Invalid value: "": the name must not be empty`,
    ],
    [
      constraint({ matchAttribute: 'a/b/c' }),
      `${c}.matchAttribute: Invalid value: "a/b/c": must not contain more than one slash`,
    ],
    [
      constraint({ matchAttribute: 'a.b/c-d' }),
      /matchAttribute: Invalid value: "c-d": a valid C identifier must start with alphabetic character or '_'/,
    ],
    [
      constraint({ matchAttribute: `a.b/${'c'.repeat(33)}` }),
      `${c}.matchAttribute: Too long: may not be more than 32 bytes`,
    ],
    [
      devices({ constraints: [{ distinctAttribute: 'a' }] }),
      /^spec\.devices\.constraints\[0\]\.distinctAttribute: Invalid value: "a": a fully/,
    ],
    [
      devices({ constraints: [{}] }),
      `${c}: Required value: exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set`,
    ],
    [config({}), `${f}.opaque: Required value`],
    [config(opaque('')), `${f}.opaque.driver: Required value`],
    [config({ ...opaque('a'), requests: ['x'] }), `${f}.requests[0]: Invalid value: "x": ${noRequest}`],
    [
      config(opaque('a', { a: 'b'.repeat(10 * 1024) })),
      `${f}.opaque.parameters: Too long: may not be more than 10240 bytes`,
    ],
  ])
  const raw = (parameters: unknown) => {
    const spec = { devices: { config: [opaque('a', parameters)] } } as ResourceClaimSpec
    const object = { metadata: { name: 'a' }, spec }
    return [...(resourceClaim.rules.validate?.(object, { now: 0, subresource: '' }) ?? [])].map(
      ({ path, body }) => `${path}: ${body}`,
    )
  }
  assert.deepEqual(raw(null), [`${f}.opaque.parameters: Required value`])
  assert.deepEqual(raw([1]), [
    `${f}.opaque.parameters: Invalid value: "<value omitted>": must be a valid JSON object`,
  ])
})

test('who wants devices wants one, unless they say otherwise', () => {
  const first = (fields: object) =>
    read<ResourceClaim>(resourceClaim, claim({ requests: [exactly(fields)] })).spec.devices?.requests?.[0]
      ?.exactly
  assert.equal(first({})?.count, 1)
  assert.equal(first({ count: 3 })?.count, 3)
  assert.equal(first({ allocationMode: 'All' })?.count, undefined)
})

test('a claim keeps its spec', () => {
  const old = stored<ResourceClaim>(resourceClaim, { ...sound(), status: { allocation: {} } })
  assert.deepEqual(old.status, {})
  const [fault = '', ...more] = write(resourceClaim, old, devices({ requests: [] })).faults
  assert.deepEqual(more, [])
  assert.equal(
    fault,
    'spec: Invalid value: {"Devices":{"Requests":null,"Constraints":null,"Config":null}}: field is immutable',
  )
})

test('a template keeps its spec, and its metadata are labels and annotations alone', () => {
  const template = (): ResourceClaimTemplate => ({
    metadata: { name: 'a', namespace: 'default' },
    spec: { metadata: { labels: { a: 'b' } }, spec: sound().spec },
  })
  refuses(resourceClaimTemplate, template, [
    [
      (object) => (object.spec.metadata = { name: 'a', uid: 'b', finalizers: ['c'] }),
      'spec.metadata.name: Forbidden: cannot be set',
      'spec.metadata.uID: Forbidden: cannot be set',
      'spec.metadata.finalizers: Forbidden: cannot be set',
    ],
    [
      (object) => (object.spec.metadata.labels = { a: 'b c' }),
      /^spec\.metadata\.labels: Invalid value: "b c"/,
    ],
    [
      (object) => Object.assign(object.spec.spec.devices ?? {}, { requests: [{ name: 'a' }] }),
      /^spec\.spec\.devices\.requests\[0\]: Required value/,
    ],
  ])
  const old = stored<ResourceClaimTemplate>(resourceClaimTemplate, template())
  const change = (object: ResourceClaimTemplate) => (object.spec.spec.devices = {})
  assert.deepEqual(write(resourceClaimTemplate, old, change).faults, [
    'spec: Invalid value: {"labels":{"a":"b"},"Spec":{"Devices":{"Requests":null,"Constraints":null,"Config":null}}}: field is immutable',
  ])
})

const result = { request: 'gpu', driver: 'd', pool: 'p', device: 'x' }
const allocated = { devices: { results: [result] } }

function statusFaults(status: object, before: object = {}, metadata: object = {}): string[] {
  const old = stored<ResourceClaim>(resourceClaim, sound())
  Object.assign(old, { status: before })
  Object.assign(old.metadata, metadata)
  return write(resourceClaim, old, (object) => Object.assign(object, { status }), 'status').faults
}

test('allocations that are wrong', () => {
  const allocation = (fields: object) => statusFaults({ allocation: { devices: fields } })
  const results = (fields: object) => allocation({ results: [{ ...result, ...fields }] })
  const where = 'status.allocation.devices'
  assert.deepEqual(statusFaults({ allocation: allocated }), [])
  told(
    results({ request: 'cpu' }),
    [/^status\.allocation\.devices\.results\[0\]\.request: Invalid/],
    'request',
  )
  assert.deepEqual(results({ driver: '', pool: '' }), [
    `${where}.results[0].driver: Required value`,
    `${where}.results[0].pool: Required value`,
  ])
  told(results({ pool: 'a//B' }), [/pool: Invalid value: "": a lower/, /pool: Invalid value: "B"/], 'pool')
  assert.deepEqual(results({ pool: 'a/'.repeat(127) }).slice(0, 1), [
    `${where}.results[0].pool: Too long: may not be more than 253 bytes`,
  ])
  told(results({ device: 'A' }), [/results\[0\]\.device: Invalid value: "A"/], 'device')
  assert.deepEqual(results({ shareID: 'a' }), [
    `${where}.results[0].shareID: Invalid value: "a": error validating uid: invalid UUID length: 1`,
  ])
  const upper = 'AAAAAAAA-0000-0000-0000-000000000000'
  told(results({ shareID: upper }), [/uid must be in RFC 4122 normalized form/], 'upper case')
  told(results({ shareID: `{${upper}}` }), [/uid must be in RFC 4122 normalized form/], 'braces')
  told(results({ shareID: `(${upper})` }), [/invalid bracketed UUID format$/], 'brackets')
  told(results({ shareID: `urn:uuid:${upper}` }), [/uid must be in RFC 4122/], 'urn')
  told(results({ shareID: `urn:oops:${upper}` }), [/invalid urn prefix: "urn:oops:"$/], 'prefix')
  told(results({ shareID: 'a'.repeat(32) }), [/uid must be in RFC 4122 normalized form/], 'no dashes')
  told(results({ shareID: 'x'.repeat(36) }), [/error validating uid: invalid UUID format$/], 'not hex')
  assert.deepEqual(results({ bindingConditions: ['a', 'a'], bindingFailureConditions: ['a'] }), [
    `${where}.results[0].bindingConditions[1]: Duplicate value: "a"`,
    `${where}.results[0].bindingFailureConditions[0]: Invalid value: "a": bindingFailureConditions must not overlap with bindingConditions`,
  ])
  assert.deepEqual(results({ bindingConditions: ['a'] }), [
    `${where}.results[0].bindingFailureConditions: Invalid value: null: bindingFailureConditions are required to use bindingConditions`,
  ])
  assert.deepEqual(results({ bindingFailureConditions: ['a', 'a'] }), [
    `${where}.results[0].bindingFailureConditions[1]: Duplicate value: "a"`,
    `${where}.results[0].bindingConditions: Invalid value: null: bindingConditions are required to use bindingFailureConditions`,
  ])
  const config = (source: string) => allocation({ config: [{ source, ...opaque('a') }] })
  assert.deepEqual(config(''), [`${where}.config[0].source: Required value`])
  assert.deepEqual(config('FromAir'), [
    `${where}.config[0].source: Unsupported value: "FromAir": supported values: "FromClaim", "FromClass"`,
  ])
  assert.deepEqual(statusFaults({ allocation: { nodeSelector: { nodeSelectorTerms: [] } } }), [
    'status.allocation.nodeSelector.nodeSelectorTerms: Required value: must have at least one node selector term',
  ])
  const [changed = ''] = statusFaults({ allocation: {} }, { allocation: allocated })
  assert.match(changed, /^status\.allocation: Invalid value: \{"Devices":.*: field is immutable$/)
})

test('who uses a claim', () => {
  const user = (name: string) => ({ resource: 'pods', name, uid: name })
  const before = { allocation: allocated, reservedFor: [user('a')] }
  assert.deepEqual(statusFaults({ ...before, reservedFor: [user('a'), user('b')] }, before), [])
  assert.deepEqual(statusFaults({ reservedFor: [user('a')] }), [
    'status.reservedFor: Forbidden: may not be specified when `allocated` is not set',
  ])
  assert.deepEqual(
    statusFaults(
      { ...before, reservedFor: [user('a'), user('a'), { resource: '', name: '', uid: '' }] },
      before,
    ),
    [
      'status.reservedFor[2].resource: Required value',
      'status.reservedFor[2].name: Required value',
      'status.reservedFor[2].uid: Required value',
      'status.reservedFor[1]: Duplicate value: "a"',
    ],
  )
  const many = Array.from({ length: 257 }, (_, i) => user(`u${i}`))
  assert.deepEqual(statusFaults({ ...before, reservedFor: many }, before), [
    'status.reservedFor: Too many: 257: must have at most 256 items',
  ])
  const deleted = { deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 0 }
  assert.deepEqual(statusFaults({ ...before, reservedFor: [user('b')] }, before, deleted), [
    'status.reservedFor: Forbidden: new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set',
  ])
  assert.deepEqual(statusFaults(before, before, deleted), [])
})

test('what drivers say of the devices of a claim', () => {
  const said = (fields: object) =>
    statusFaults({
      allocation: allocated,
      devices: [{ driver: 'd', pool: 'p', device: 'x', ...fields }],
    })
  const where = 'status.devices[0]'
  assert.deepEqual(said({ data: { a: 1 }, networkData: { ips: ['10.0.0.1/24'] } }), [])
  assert.deepEqual(said({ device: 'y' }), [
    `${where}: Invalid value: {"Driver":{},"Pool":{},"Device":{},"ShareID":{}}: must be an allocated device in the claim`,
  ])
  assert.deepEqual(said({ networkData: { ips: ['a', '10.0.0.1/24', '10.0.0.1/24', '2001:DB8::1/64'] } }), [
    `${where}.networkData.ips[0]: Invalid value: "a": must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)`,
    `${where}.networkData.ips[3]: Invalid value: "2001:DB8::1/64": must be in canonical form ("2001:db8::1/64")`,
    `${where}.networkData.ips[2]: Duplicate value: "10.0.0.1/24"`,
  ])
  const long = 'a'.repeat(257)
  assert.deepEqual(said({ networkData: { interfaceName: long, hardwareAddress: long } }), [
    `${where}.networkData.interfaceName: Too long: may not be more than 256 bytes`,
    `${where}.networkData.hardwareAddress: Too long: may not be more than 128 bytes`,
  ])
  const condition = (type: string) => ({
    type,
    status: 'True',
    reason: 'Fine',
    message: '',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  })
  const conditions = Array.from({ length: 9 }, (_, i) => condition(`t${i}`))
  assert.deepEqual(said({ conditions }), [`${where}.conditions: Too many: 9: must have at most 8 items`])
  told(said({ conditions: [condition('')] }), [/conditions\[0\]\.type: Required value/], 'condition')
  const twice = [0, 1].map(() => ({ driver: 'd', pool: 'p', device: 'x' }))
  told(
    statusFaults({ allocation: allocated, devices: twice }),
    [/^status\.devices\[1\]: Duplicate value/],
    'twice',
  )
})

test('classes of devices', () => {
  const json = (spec: object = {}): DeviceClass => ({ metadata: { name: 'a' }, spec })
  const change = (spec: object) => (object: DeviceClass) => Object.assign(object.spec, spec)
  refuses(deviceClass, json, [
    [change({ selectors: [{}] }), 'spec.selectors[0].cel: Required value'],
    [change({ config: [{}] }), 'spec.config[0].opaque: Required value'],
    [
      change({ extendedResourceName: 'cpu' }),
      'spec.extendedResourceName: Invalid value: "cpu": must be a valid extended resource name',
    ],
  ])
  const old = stored<DeviceClass>(deviceClass, json())
  assert.equal(old.metadata.generation, 1)
  const { object, faults } = write(deviceClass, old, change({ extendedResourceName: 'example.com/a' }))
  assert.deepEqual(faults, [])
  assert.equal(object.metadata.generation, 2)
  assert.equal(write(deviceClass, old, change({ config: [{}] })).faults.length, 1)
  // What was accepted once stays.
  old.spec.config = [opaque('a', { a: 'b'.repeat(10 * 1024) })] as never
  assert.deepEqual(write(deviceClass, old, change({ extendedResourceName: 'example.com/a' })).faults, [])
})

test('rows of claims tell their state', () => {
  const state = (status: object, deletionTimestamp?: string) =>
    resourceClaim.cells['State']?.(
      {
        ...sound(),
        metadata: { name: 'a', ...(deletionTimestamp && { deletionTimestamp }) },
        status,
      } as ResourceClaim,
      0,
    )
  assert.equal(state({}), 'pending')
  assert.equal(state({ allocation: {} }), 'allocated')
  assert.equal(state({ allocation: {}, reservedFor: [{}] }), 'allocated,reserved')
  assert.equal(state({}, 'now'), 'deleted')
  assert.equal(state({ allocation: {} }, 'now'), 'deleted,allocated')
})
