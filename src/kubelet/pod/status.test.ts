import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Container, PodSpec } from '#kinds/gen/core-v1'
import type { RuntimeContainerStatus, SandboxStatus } from '../contract.ts'
import { toStatus } from './status.ts'

const now = 1_000_000
const sandbox = { id: 's0', ready: true, ips: [] } as unknown as SandboxStatus
const exited = (name: string, exitCode: number) =>
  ({
    id: name,
    sandboxId: 's0',
    name,
    attempt: 1,
    state: 'exited',
    exitCode,
    startedAt: now - 2,
    finishedAt: now - 1,
    message: '',
    reason: '',
  }) as RuntimeContainerStatus

/** The status of a container that ended, and is in its back-off. */
function shown(spec: PodSpec, name: string, exitCode: number) {
  const status = toStatus({
    state: {
      phase: 'running',
      pod: { metadata: { name: 'p', namespace: 'n', uid: 'u' }, spec },
      backoff: new Map([[name, { delayMs: 10_000, setAt: now - 3 }]]),
    },
    seen: { sandboxes: [sandbox], containers: [exited(name, exitCode)] },
    problems: new Map(),
    hostIPs: [],
    previous: undefined,
    now,
  })
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
  const state = all.find((one) => one.name === name)?.state
  return [status.phase, state?.waiting?.message ?? state?.terminated?.exitCode]
}

test('toStatus() tells of a back-off only where the container will start again', () => {
  const message = 'back-off 10s restarting failed container=a pod=p_n(u)'
  const values = [42]
  const restartPolicyRules = [{ action: 'Restart', exitCodes: { operator: 'In', values } }]
  const ruled: Container = { name: 'a', restartPolicy: 'Never', restartPolicyRules }
  assert.deepEqual(shown({ containers: [ruled] }, 'a', 42), ['Running', message])
  assert.deepEqual(shown({ containers: [ruled] }, 'a', 3), ['Failed', 3])
})

test('toStatus() tells that an init container is done, however often it failed before', () => {
  const spec = { initContainers: [{ name: 'i' }], containers: [{ name: 'a' }] }
  assert.deepEqual(shown(spec, 'i', 0), ['Pending', 0])
  assert.deepEqual(shown(spec, 'i', 1)[1], 'back-off 10s restarting failed container=i pod=p_n(u)')
})
