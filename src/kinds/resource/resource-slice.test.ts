import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuses, stored, write } from '#testkit/kind-check'
import type { Device, ResourceSlice, ResourceSliceSpec } from '../gen/resource-v1.ts'
import { resourceSlice } from './resource-slice.ts'

const sound = (): ResourceSlice => ({
  metadata: { name: 'a' },
  spec: {
    driver: 'gpu.example.com',
    pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
    nodeName: 'node-1',
    devices: [{ name: 'gpu-0' }],
  },
})
const spec = (fields: object) => (object: ResourceSlice) => Object.assign(object.spec, fields)
const without = (name: keyof ResourceSliceSpec, fields: object) => (object: ResourceSlice) => {
  delete object.spec[name]
  Object.assign(object.spec, fields)
}
const device = (fields: object) => (object: ResourceSlice) =>
  Object.assign(object.spec.devices?.[0] ?? {}, fields)

test('slices that are wrong', () => {
  const oneOf = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required'
  const term = { matchExpressions: [{ key: 'a', operator: 'Exists' }] }
  const named = (count: number, fields: object = {}) =>
    Array.from({ length: count }, (_, i) => ({ name: `d${i}`, ...fields }))
  const counters = (name: string, values: object) => ({
    sharedCounters: [{ name, counters: values }],
  })
  const one = { memory: { value: '1' } }
  refuses(resourceSlice, sound, [
    [spec({ driver: '' }), 'spec.driver: Required value'],
    [
      spec({ pool: { name: '', generation: -1, resourceSliceCount: 0 } }),
      'spec.pool.name: Required value',
      'spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero',
      'spec.pool.generation: Invalid value: -1: must be greater than or equal to zero',
    ],
    [without('nodeName', {}), `spec: Required value: ${oneOf}`],
    [
      spec({ nodeName: '' }),
      'spec.nodeName: Invalid value: "": must be either unset or set to a non-empty string',
      `spec: Required value: ${oneOf}`,
    ],
    [spec({ nodeName: 'A' }), /^spec\.nodeName: Invalid value: "A": a lowercase/],
    [
      spec({ allNodes: true, nodeSelector: { nodeSelectorTerms: [term] } }),
      `spec: Invalid value: "{\`nodeName\`, \`nodeSelector\`, \`allNodes\`}": ${oneOf}, but multiple fields are set`,
    ],
    [
      spec({ allNodes: false, perDeviceNodeSelection: false }),
      'spec.allNodes: Invalid value: false: must be either unset or set to true',
      'spec.perDeviceNodeSelection: Invalid value: false: must be either unset or set to true',
    ],
    [
      without('nodeName', { nodeSelector: { nodeSelectorTerms: [term, term] } }),
      /^spec\.nodeSelector\.nodeSelectorTerms: Invalid value: \[\{"MatchExpressions":.*\]: must have exactly one node selector term$/,
    ],
    [
      spec(counters('a', one)),
      'spec: Invalid value: "": only one of `sharedCounters` or `devices` is allowed',
    ],
    [without('devices', counters('a', one))],
    [
      without('devices', counters('', {})),
      'spec.sharedCounters[0].name: Required value',
      'spec.sharedCounters[0].counters: Required value',
    ],
    [
      without('devices', counters('A', { B: { value: '1' } })),
      /^spec\.sharedCounters\[0\]\.name: Invalid value: "A"/,
      /^spec\.sharedCounters\[0\]\.counters: Invalid value: "B"/,
    ],
    [
      without('devices', {
        sharedCounters: Array.from({ length: 9 }, () => ({ name: 'a', counters: one })),
      }),
      'spec.sharedCounters: Too many: 9: must have at most 8 items',
    ],
    [
      without('devices', {
        sharedCounters: Array.from({ length: 2 }, () => ({ name: 'a', counters: one })),
      }),
      'spec.sharedCounters[1]: Duplicate value: "a"',
    ],
    [spec({ devices: named(128) })],
    [spec({ devices: named(129) }), 'spec.devices: Too many: 129: must have at most 128 items'],
    [
      spec({ devices: named(65, { taints: [{ key: 'a', effect: 'None' }] }) }),
      'spec.devices: Too many: 65: must have at most 64 items',
    ],
    [spec({ devices: [...named(1), ...named(1)] }), 'spec.devices[1]: Duplicate value: "d0"'],
  ])
})

test('devices that are wrong', () => {
  const at = 'spec.devices[0]'
  const many = (count: number, value: object) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, value]))
  const attribute = (value: object) => device({ attributes: { a: value } })
  const version = 'must be a string compatible with semver.org spec 2.0.0'
  const taint = (one: object) => device({ taints: [{ key: 'a', effect: 'None', ...one }] })
  const consuming = (...list: object[]) => device({ consumesCounters: list })
  const one = { memory: { value: '1' } }
  refuses(resourceSlice, sound, [
    [device({ name: 'A' }), /^spec\.devices\[0\]\.name: Invalid value: "A"/],
    [
      device({ attributes: many(30, { int: 1 }), capacity: many(3, { value: '1' }) }),
      `${at}: Invalid value: 33: the total number of attributes and capacities must not exceed 32`,
    ],
    [
      device({ attributes: { 'a-b': { int: 1 } } }),
      /^spec\.devices\[0\]\.attributes: Invalid value: "a-b": a valid C identifier/,
    ],
    [
      device({ capacity: { 'A_/b': { value: '1' } } }),
      /^spec\.devices\[0\]\.capacity: Invalid value: "A_": a lowercase/,
    ],
    [attribute({}), `${at}.attributes[a]: Invalid value: "": exactly one value must be specified`],
    [
      attribute({ int: 1, bool: true }),
      `${at}.attributes[a]: Invalid value: {"IntValue":1,"BoolValue":true,"StringValue":null,"VersionValue":null,"IntValues":null,"BoolValues":null,"StringValues":null,"VersionValues":null}: exactly one value must be specified`,
    ],
    [
      attribute({ string: 'a'.repeat(65) }),
      `${at}.attributes[a].string: Too long: may not be more than 64 bytes`,
    ],
    [attribute({ version: '1.2' }), `${at}.attributes[a].version: Invalid value: "1.2": ${version}`],
    [attribute({ version: '01.2.3' }), `${at}.attributes[a].version: Invalid value: "01.2.3": ${version}`],
    [attribute({ version: '1.2.3-a.1+b' })],
    [
      attribute({ version: `1.2.3-${'a'.repeat(64)}` }),
      `${at}.attributes[a].version: Too long: may not be more than 64 bytes`,
    ],
    [
      device({ attributes: { [`${'a'.repeat(62)}b/${'c'.repeat(50)}`]: {} } }),
      `${at}.attributes: Too long: may not be more than 32 bytes`,
      /^spec\.devices\[0\]\.attributes\[a{47}\.\.\.c{46}\]: Invalid value: "": exactly/,
    ],
    [taint({ key: '' }), /taints\[0\]\.key: Invalid value: "": name part must be/, /taints\[0\]\.key: Inv/],
    [taint({ value: 'a b' }), /^spec\.devices\[0\]\.taints\[0\]\.value: Invalid value: "a b"/],
    [taint({ effect: '' }), `${at}.taints[0].effect: Required value`],
    [
      taint({ effect: 'Some' }),
      `${at}.taints[0].effect: Unsupported value: "Some": supported values: "NoExecute", "NoSchedule", "None"`,
    ],
    [
      device({ taints: Array.from({ length: 17 }, () => ({ key: 'a', effect: 'None' })) }),
      `${at}.taints: Too many: 17: must have at most 16 items`,
    ],
    [
      consuming({ counterSet: '', counters: {} }),
      `${at}.consumesCounters[0].counterSet: Required value`,
      `${at}.consumesCounters[0].counters: Required value`,
    ],
    [
      consuming({ counterSet: 'a', counters: one }, { counterSet: 'a', counters: one }),
      `${at}.consumesCounters[1]: Duplicate value: "a"`,
    ],
    [
      consuming({ counterSet: 'A', counters: many(33, { value: '1' }) }),
      /^spec\.devices\[0\]\.consumesCounters\[0\]\.counterSet: Invalid value: "A"/,
      `${at}.consumesCounters[0].counters: Too many: 33: must have at most 32 items`,
    ],
    [
      consuming(...['a', 'b', 'c'].map((counterSet) => ({ counterSet, counters: one }))),
      `${at}.consumesCounters: Too many: 3: must have at most 2 items`,
    ],
    [
      device({ bindingConditions: ['a', 'b', 'c', 'd', 'e'], bindingFailureConditions: ['x y'] }),
      `${at}.bindingConditions: Too many: 5: must have at most 4 items`,
      /^spec\.devices\[0\]\.bindingFailureConditions\[0\]: Invalid value: "x y"/,
    ],
  ])
})

test('nodes of single devices', () => {
  const at = 'spec.devices[0]'
  const oneOf =
    'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec'
  const single = (fields: object) => (object: ResourceSlice) => {
    without('nodeName', { perDeviceNodeSelection: true })(object)
    device(fields)(object)
  }
  refuses(resourceSlice, sound, [
    [
      device({ allNodes: true }),
      `${at}: Invalid value: null: \`nodeName\`, \`nodeSelector\` and \`allNodes\` can only be set if \`perDeviceNodeSelection\` is set to true in the ResourceSlice spec`,
    ],
    [single({ nodeName: 'a' })],
    [single({}), `${at}: Required value: ${oneOf}`],
    [
      single({ nodeName: '' }),
      `${at}.nodeName: Invalid value: "": must not be empty`,
      `${at}: Required value: ${oneOf}`,
    ],
    [
      single({ allNodes: false, nodeName: 'A' }),
      /^spec\.devices\[0\]\.nodeName: Invalid value: "A"/,
      `${at}.allNodes: Invalid value: false: must be either unset or set to true`,
    ],
    [
      single({ allNodes: true, nodeSelector: { nodeSelectorTerms: [] } }),
      `${at}.nodeSelector.nodeSelectorTerms: Required value: must have at least one node selector term`,
      `${at}: Invalid value: "{\`nodeSelector\`, \`allNodes\`}": ${oneOf}`,
    ],
  ])
})

test('portions of what a device has', () => {
  const at = 'spec.devices[0].capacity[memory].requestPolicy'
  const policy = (requestPolicy: object, value = '10') =>
    device({ allowMultipleAllocations: true, capacity: { memory: { value, requestPolicy } } })
  const values = (...validValues: string[]) => policy({ default: '1', validValues })
  const range = (validRange: object, byDefault = '4') => policy({ default: byDefault, validRange })
  refuses(resourceSlice, sound, [
    [
      device({ capacity: { memory: { value: '1', requestPolicy: {} } } }),
      `${at}: Forbidden: allowMultipleAllocations must be true`,
    ],
    [policy({})],
    [
      policy({ default: '1', validValues: ['1'], validRange: { min: '1' } }),
      `${at}: Forbidden: exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time`,
    ],
    [policy({ validValues: ['1'] }), `${at}.default: Required value: required when validValues is defined`],
    [
      policy({ validRange: { min: '1' } }),
      `${at}.default: Required value: required when validRange is defined`,
    ],
    [values('1', '2')],
    [
      values('1', '3', '2'),
      `${at}.validValues[2]: Invalid value: "2": values must be sorted in ascending order`,
    ],
    [
      values('1', '11'),
      `${at}.validValues[1]: Invalid value: "11": option is larger than capacity value: 10`,
    ],
    [values('1', '1'), `${at}.validValues[1]: Duplicate value: "1"`],
    [
      values('2'),
      `${at}.validValues: Invalid value: "1": default value is not valid according to the requestPolicy`,
    ],
    [
      values(...Array.from({ length: 11 }, () => '1')),
      `${at}.validValues: Too many: 11: must have at most 10 items`,
      `${at}.validValues: Invalid value: "1": default value is not valid according to the requestPolicy`,
    ],
    [range({ min: '2', max: '8', step: '2' })],
    [range({}), `${at}.validRange.min: Required value: required when validRange is defined`],
    [
      range({ min: '11' }),
      `${at}.validRange.min: Invalid value: "11": min is larger than capacity value: 10`,
      `${at}.validRange.default: Invalid value: "4": default is less than min: 11`,
    ],
    [
      range({ min: '2', max: '1' }),
      `${at}.validRange.max: Invalid value: "2": min is larger than max: 1`,
      `${at}.validRange.default: Invalid value: "4": default is more than max: 1`,
    ],
    [
      range({ min: '2', max: '12' }),
      `${at}.validRange.max: Invalid value: "12": max is larger than capacity value: 10`,
    ],
    [range({ min: '2', step: '0' }), `${at}.validRange.step: Invalid value: "0": must be greater than zero`],
    [
      range({ min: '2', step: '9' }, '2'),
      `${at}.validRange.step: Invalid value: "9": one step 11 is larger than capacity value: 10`,
    ],
    [
      range({ min: '2', max: '7', step: '3' }),
      `${at}.validRange.step: Invalid value: "4": value is not a multiple of a given step (3) from (2)`,
      `${at}.validRange.step: Invalid value: "7": value is not a multiple of a given step (3) from (2)`,
    ],
  ])
})

test('what of a slice stays, and what is counted', () => {
  const old = stored<ResourceSlice>(resourceSlice, sound())
  assert.equal(old.metadata.generation, 1)
  const change = spec({
    pool: { name: 'q', generation: 2, resourceSliceCount: 1 },
    driver: 'b',
    nodeName: 'c',
  })
  const { object, faults } = write(resourceSlice, old, change)
  assert.equal(object.metadata.generation, 2)
  assert.deepEqual(faults, [
    'spec.pool.name: Invalid value: "q": field is immutable',
    'spec.driver: Invalid value: "b": field is immutable',
    'spec.nodeName: Invalid value: "c": field is immutable',
  ])
  const same = write(resourceSlice, old, () => {})
  assert.equal(same.object.metadata.generation, 1)
})

test('what was accepted of a device stays', () => {
  const old = stored<ResourceSlice>(resourceSlice, sound())
  const wrong: Partial<Device> = {
    taints: [{ key: 'a', effect: 'Odd', timeAdded: '2026-01-01T00:00:00Z' }],
    capacity: { memory: { value: '1', requestPolicy: { default: '1' } } },
  }
  Object.assign(old.spec.devices?.[0] ?? {}, wrong)
  assert.deepEqual(write(resourceSlice, old, device({ attributes: { a: { int: 1 } } })).faults, [])
  assert.equal(write(resourceSlice, old, device({ name: 'other' })).faults.length, 2)
})

test('fields of features that are off go, and new taints tell since when', () => {
  const { spec: made } = stored<ResourceSlice>(resourceSlice, {
    ...sound(),
    spec: {
      ...sound().spec,
      devices: [
        {
          name: 'gpu-0',
          attributes: { a: { int: 1, ints: [1], bools: [true], strings: ['a'], versions: ['1.0.0'] } },
          nodeAllocatableResourceMappings: { cpu: {} },
          taints: [
            { key: 'a', effect: 'None' },
            { key: 'b', effect: 'None', timeAdded: '2026-01-01T00:00:00Z' },
          ],
        },
      ],
    },
  })
  assert.deepEqual(made.devices, [
    {
      name: 'gpu-0',
      attributes: { a: { int: 1 } },
      taints: [
        { key: 'a', effect: 'None', timeAdded: '1970-01-01T00:00:00Z' },
        { key: 'b', effect: 'None', timeAdded: '2026-01-01T00:00:00Z' },
      ],
    },
  ])
})
