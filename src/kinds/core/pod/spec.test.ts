import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Container, Pod, PodSpec } from '../../gen/core-v1.ts'
import { createFaults, told } from '#testkit/kind-check'
import { pod } from './index.ts'

type Change = (spec: PodSpec, container: Container, object: Pod) => void

const sound = (): Pod => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers: [{ name: 'nginx', image: 'nginx' }] },
})

function faults(change: Change): string[] {
  const object = sound()
  const spec = object.spec as PodSpec
  change(spec, spec.containers[0] as Container, object)
  return createFaults(pod, object)
}

/** Each row: a change that spoils a sound pod, and everything that it is refused for. */
function refuses(rows: readonly (readonly [Change, ...(string | RegExp)[]])[]): void {
  for (const [change, ...expected] of rows) told(faults(change), expected, String(change))
}

test('a sound pod passes', () => {
  assert.deepEqual(
    faults(() => {}),
    [],
  )
})

test('containers', () => {
  const c = 'spec.containers[0]'
  refuses([
    [(spec) => (spec.containers = []), 'spec.containers: Required value'],
    [(_, one) => (one.name = ''), `${c}.name: Required value`],
    [
      (_, one) => (one.name = 'A'),
      /^spec\.containers\[0\]\.name: Invalid value: "A": a lowercase RFC 1123 label/,
    ],
    [(_, one) => delete one.image, `${c}.image: Required value`],
    [
      (_, one) => (one.image = ' a'),
      `${c}.image: Invalid value: " a": must not have leading or trailing whitespace`,
    ],
    [(spec, one) => spec.containers.push({ ...one }), 'spec.containers[1].name: Duplicate value: "nginx"'],
    [
      (_, one) => (one.imagePullPolicy = 'Often'),
      `${c}.imagePullPolicy: Unsupported value: "Often": supported values: "Always", "IfNotPresent", "Never"`,
    ],
    [
      (_, one) => (one.terminationMessagePolicy = 'x'),
      `${c}.terminationMessagePolicy: Unsupported value: "x": supported values: "File", "FallbackToLogsOnError"`,
    ],
    [
      (_, one) => (one.restartPolicy = 'x'),
      `${c}.restartPolicy: Unsupported value: "x": supported values: "Always", "Never", "OnFailure"`,
    ],
    [
      (_, one) =>
        (one.restartPolicyRules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }]),
      `${c}.restartPolicy: Required value: must specify restartPolicy when restart rules are used`,
    ],
    [
      (_, one) => Object.assign(one, { restartPolicy: 'Never', restartPolicyRules: [{ action: 'Stop' }] }),
      `${c}.restartPolicyRules[0].action: Unsupported value: "Stop": supported values: "Restart"`,
      `${c}.restartPolicyRules[0].exitCodes: Required value: must be specified`,
    ],
  ])
})

test('init containers', () => {
  const c = 'spec.initContainers[0]'
  const init = (spec: PodSpec, more: Partial<Container>) => {
    spec.initContainers = [{ name: 'init', image: 'a', ...more }]
  }
  refuses([
    [(spec) => init(spec, { name: 'nginx' }), `${c}.name: Duplicate value: "nginx"`],
    [
      (spec) => init(spec, { livenessProbe: { exec: { command: ['a'] } } }),
      `${c}.livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always`,
    ],
    [
      (spec) => init(spec, { restartPolicy: 'Always', livenessProbe: {} }),
      `${c}.livenessProbe: Required value: must specify a handler type`,
    ],
    [
      (spec) => init(spec, { image: 'a ' }),
      `${c}.image: Invalid value: "a ": must not have leading or trailing whitespace`,
    ],
  ])
  assert.deepEqual(
    faults((spec) => init(spec, { restartPolicy: 'Always', lifecycle: {} })),
    [],
  )
})

test('containers that are put in later are not there at first', () => {
  refuses([
    [
      (spec) => (spec.ephemeralContainers = [{ name: 'debug', image: 'a' }]),
      'spec.ephemeralContainers: Forbidden: cannot be set on create',
    ],
    [
      (spec) =>
        (spec.ephemeralContainers = [
          {
            name: 'nginx',
            image: 'a',
            targetContainerName: 'x',
            ports: [{ containerPort: 1 }],
            livenessProbe: {},
          },
        ]),
      'spec.ephemeralContainers[0].name: Duplicate value: "nginx"',
      'spec.ephemeralContainers[0].targetContainerName: Not found: "x"',
      'spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container',
      'spec.ephemeralContainers[0].livenessProbe: Forbidden: cannot be set for an Ephemeral Container',
      'spec.ephemeralContainers: Forbidden: cannot be set on create',
    ],
  ])
})

test('ports', () => {
  const p = 'spec.containers[0].ports'
  const ports = (container: Container, ...list: NonNullable<Container['ports']>) => {
    container.ports = list
  }
  refuses([
    [(_, c) => ports(c, { containerPort: 0 }), `${p}[0].containerPort: Required value`],
    [
      (_, c) => ports(c, { containerPort: 70_000 }),
      `${p}[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive`,
    ],
    [
      (_, c) => ports(c, { containerPort: 1, hostPort: -1 }),
      `${p}[0].hostPort: Invalid value: -1: must be between 1 and 65535, inclusive`,
    ],
    [
      (_, c) => ports(c, { containerPort: 1, protocol: 'tcp' }),
      `${p}[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"`,
    ],
    [
      (_, c) => ports(c, { containerPort: 1, name: 'A' }),
      `${p}[0].name: Invalid value: "A": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)`,
      `${p}[0].name: Invalid value: "A": must contain at least one letter (a-z)`,
    ],
    [
      (_, c) => ports(c, { containerPort: 1, name: 'a' }, { containerPort: 2, name: 'a' }),
      `${p}[1].name: Duplicate value: "a"`,
    ],
    [
      (_, c) => ports(c, { containerPort: 1, hostPort: 80 }, { containerPort: 2, hostPort: 80 }),
      `${p}[1].hostPort: Duplicate value: "TCP//80"`,
    ],
    [
      (spec, c) => {
        spec.hostNetwork = true
        ports(c, { containerPort: 1, hostPort: 2 })
      },
      `${p}[0].hostPort: Invalid value: 2: must match \`containerPort\` when \`hostNetwork\` is true`,
    ],
  ])
})

test('environment', () => {
  const e = 'spec.containers[0].env[0]'
  const env = (container: Container, one: NonNullable<Container['env']>[number]) => {
    container.env = [one]
  }
  const ref = { name: 'a', key: 'k' }
  refuses([
    [(_, c) => env(c, { name: '' }), `${e}.name: Required value`],
    [
      (_, c) => env(c, { name: 'a=b' }),
      /^spec\.containers\[0\]\.env\[0\]\.name: Invalid value: "a=b": a valid/,
    ],
    [(_, c) => env(c, { name: 'A', valueFrom: {} }), /valueFrom: Invalid value: "": must specify one of:/],
    [
      (_, c) => env(c, { name: 'A', value: 'x', valueFrom: { configMapKeyRef: ref } }),
      `${e}.valueFrom: Invalid value: "": may not be specified when \`value\` is not empty`,
    ],
    [
      (_, c) => env(c, { name: 'A', valueFrom: { configMapKeyRef: ref, secretKeyRef: ref } }),
      `${e}.valueFrom: Invalid value: "": may not have more than one field specified at a time`,
    ],
    [
      (_, c) => env(c, { name: 'A', valueFrom: { secretKeyRef: { name: 'a', key: '' } } }),
      `${e}.valueFrom.secretKeyRef.key: Required value`,
    ],
    [
      (_, c) => env(c, { name: 'A', valueFrom: { configMapKeyRef: { name: 'a', key: '..' } } }),
      `${e}.valueFrom.configMapKeyRef.key: Invalid value: "..": must not be '..'`,
    ],
    [
      (_, c) => env(c, { name: 'A', valueFrom: { fieldRef: { fieldPath: '' } } }),
      `${e}.valueFrom.fieldRef.fieldPath: Required value`,
    ],
    [
      (_, c) => env(c, { name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.x' } } }),
      `${e}.valueFrom.fieldRef.fieldPath: Invalid value: "spec.x": error converting fieldPath: field label not supported: spec.x`,
    ],
    [
      (_, c) => env(c, { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.labels' } } }),
      /fieldPath: Unsupported value: "metadata\.labels": supported values: "metadata\.name", /,
    ],
    [
      (_, c) =>
        env(c, { name: 'A', valueFrom: { fieldRef: { apiVersion: 'v2', fieldPath: 'metadata.name' } } }),
      /error converting fieldPath: unsupported pod version: v2$/,
    ],
    [
      (_, c) => env(c, { name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.labels['a b']" } } }),
      /^spec\.containers\[0\]\.env\[0\]\.valueFrom\.fieldRef: Invalid value: "a b": name part must/,
    ],
    [
      (_, c) => env(c, { name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.disk' } } }),
      /resourceFieldRef\.resource: Unsupported value: "limits\.disk"/,
    ],
    [
      (_, c) =>
        env(c, { name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '2' } } }),
      `${e}.valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor's values 1m and 1 are supported with the cpu resource`,
    ],
    [
      (_, c) => (c.envFrom = [{}]),
      'spec.containers[0].envFrom[0]: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
    ],
    [
      (_, c) => (c.envFrom = [{ configMapRef: { name: '' } }]),
      'spec.containers[0].envFrom[0].configMapRef.name: Required value',
    ],
    [
      (_, c) => (c.envFrom = [{ prefix: '=', secretRef: { name: 'a' } }]),
      /envFrom\[0\]\.prefix: Invalid value: "="/,
    ],
    [
      (_, c) => (c.envFrom = [{ configMapRef: { name: 'a' }, secretRef: { name: 'a' } }]),
      /envFrom\[0\]: Invalid value: "": may not have more than one field specified at a time/,
    ],
  ])
  for (const fieldPath of ['spec.host', 'status.podIPs', "metadata.annotations['A/b']"]) {
    assert.deepEqual(
      faults((_, c) => env(c, { name: 'A', valueFrom: { fieldRef: { fieldPath } } })),
      [],
      fieldPath,
    )
  }
})
