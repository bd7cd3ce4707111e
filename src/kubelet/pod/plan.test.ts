import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Container, Pod, PodSpec } from '#kinds/gen/core-v1'
import type { RuntimeContainerState, RuntimeContainerStatus, SandboxStatus } from '../contract.ts'
import type { Observed } from './observed.ts'
import { type Action, plan } from './plan.ts'
import type { PodState } from './state.ts'

const now = 1_000_000

const sandbox = (attempt = 0, ready = true): SandboxStatus => ({
  id: `s${attempt}`,
  podUid: 'u',
  podName: 'p',
  podNamespace: 'default',
  attempt,
  ready,
  createdAt: attempt,
  labels: {},
  annotations: {},
  ips: ['10.0.0.1'],
})

const container = (
  name: string,
  state: RuntimeContainerState,
  more: Partial<RuntimeContainerStatus> = {},
): RuntimeContainerStatus => ({
  id: `${name}-${more.attempt ?? 0}`,
  sandboxId: 's0',
  name,
  attempt: 0,
  state,
  createdAt: 0,
  image: '',
  imageRef: '',
  labels: {},
  annotations: {},
  startedAt: 0,
  finishedAt: now - 1000,
  exitCode: 0,
  reason: '',
  message: '',
  logPath: '',
  ...more,
})

const named = (...names: string[]): Container[] => names.map((name) => ({ name, image: 'i' }))

function running(spec: Partial<PodSpec> = {}, backoff: Record<string, number> = {}): PodState {
  const pod: Pod = { metadata: { name: 'p', uid: 'u' }, spec: { containers: named('a', 'b'), ...spec } }
  const waits = Object.entries(backoff).map(
    ([name, delayMs]) => [name, { delayMs, setAt: now - 2000 }] as const,
  )
  return { phase: 'running', pod, backoff: new Map(waits) }
}

const shown = (action: Action): string => {
  if (action.do === 'startContainer')
    return `start ${action.container.name} ${action.attempt} in ${action.sandboxId}`
  if (action.do === 'createSandbox') return `createSandbox ${action.attempt}`
  return 'id' in action ? `${action.do} ${action.id}` : action.do
}

const planned = (state: PodState, seen: Partial<Observed>) =>
  plan(state, { sandboxes: [], containers: [], ...seen }, now).actions.map(shown)

const s0 = { sandboxes: [sandbox()] }
const one = { containers: named('a') }
const ruled: Container = {
  name: 'a',
  image: 'i',
  restartPolicy: 'Never',
  restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
}

const rows: readonly (readonly [string, PodState, Partial<Observed>, readonly string[]])[] = [
  ['nothing there: the sandbox comes first', running(), {}, ['createSandbox 0']],
  ['containers start in the order of the spec', running(), s0, ['start a 0 in s0', 'start b 0 in s0']],
  ['what runs is left alone', running(one), { ...s0, containers: [container('a', 'running')] }, []],
  [
    'helpers start first, and once',
    running({ ...one, ephemeralContainers: named('x', 'y', 'z') }),
    { ...s0, containers: [container('x', 'exited', { exitCode: 1 }), container('y', 'created')] },
    ['start y 0 in s0', 'start z 0 in s0', 'start a 0 in s0'],
  ],
  [
    'one that was made and not started is started',
    running(one),
    { ...s0, containers: [container('a', 'created')] },
    ['start a 0 in s0'],
  ],
  [
    'one that ended starts again with the next number',
    running(one),
    { ...s0, containers: [container('a', 'exited', { attempt: 4 })] },
    ['start a 5 in s0'],
  ],
  [
    'one that failed too soon waits',
    running(one, { a: 10_000 }),
    { ...s0, containers: [container('a', 'exited')] },
    [],
  ],
  [
    'one that ended with a code of its rules starts again, in a pod that does not',
    running({ restartPolicy: 'Never', containers: [ruled] }),
    { ...s0, containers: [container('a', 'exited', { exitCode: 42 })] },
    ['start a 1 in s0'],
  ],
  [
    'one that ended with another code is done',
    running({ restartPolicy: 'Always', containers: [ruled] }),
    { ...s0, containers: [container('a', 'exited', { exitCode: 1 })] },
    ['complete'],
  ],
  [
    'an init container that failed with a code of its rules starts again',
    running({ ...one, restartPolicy: 'Never', initContainers: [{ ...ruled, name: 'i' }] }),
    { ...s0, containers: [container('i', 'exited', { exitCode: 42 })] },
    ['start i 1 in s0'],
  ],
  [
    'an init container of its own policy ends its pod, in one that restarts',
    running({ ...one, initContainers: [{ ...ruled, name: 'i' }] }),
    { ...s0, containers: [container('i', 'exited', { exitCode: 1 })] },
    ['complete'],
  ],
  [
    'one that ended well under OnFailure is done',
    running({ ...one, restartPolicy: 'OnFailure' }),
    { ...s0, containers: [container('a', 'exited')] },
    ['complete'],
  ],
  [
    'one that failed under OnFailure starts again',
    running({ ...one, restartPolicy: 'OnFailure' }),
    { ...s0, containers: [container('a', 'exited', { exitCode: 1 })] },
    ['start a 1 in s0'],
  ],
  [
    'one that failed under Never is done',
    running({ ...one, restartPolicy: 'Never' }),
    { ...s0, containers: [container('a', 'exited', { exitCode: 1 })] },
    ['complete'],
  ],
  [
    'under Never the others go on',
    running({ restartPolicy: 'Never' }),
    { ...s0, containers: [container('b', 'running'), container('a', 'exited')] },
    [],
  ],
  [
    'a dead sandbox is made anew, with the next number',
    running(one),
    { sandboxes: [sandbox(2, false)], containers: [container('a', 'exited', { sandboxId: 's2' })] },
    ['createSandbox 3'],
  ],
  [
    'in the new sandbox a container goes on counting',
    running(one),
    { sandboxes: [sandbox(1), sandbox(0, false)], containers: [container('a', 'exited', { attempt: 2 })] },
    ['start a 3 in s1'],
  ],
  [
    'what still runs in an old sandbox ends first',
    running(one),
    { sandboxes: [sandbox(1), sandbox(0, false)], containers: [container('a', 'running')] },
    ['stopContainer a-0'],
  ],
  [
    'of two sandboxes the older ends',
    running(one),
    { sandboxes: [sandbox(1), sandbox(0)] },
    ['stopSandbox s0'],
  ],
  ['init containers come one by one', running({ initContainers: named('x', 'y') }), s0, ['start x 0 in s0']],
  [
    'the next init container follows the success of the one before',
    running({ initContainers: named('x', 'y') }),
    { ...s0, containers: [container('x', 'exited')] },
    ['start y 0 in s0'],
  ],
  [
    'a running init container is waited for',
    running({ initContainers: named('x') }),
    { ...s0, containers: [container('x', 'running')] },
    [],
  ],
  [
    'containers follow the last init container',
    running({ initContainers: named('x') }),
    { ...s0, containers: [container('x', 'exited')] },
    ['start a 0 in s0', 'start b 0 in s0'],
  ],
  [
    'a failed init container starts again',
    running({ initContainers: named('x') }),
    { ...s0, containers: [container('x', 'exited', { exitCode: 1 })] },
    ['start x 1 in s0'],
  ],
  [
    'a failed init container under Never ends the pod',
    running({ initContainers: named('x'), restartPolicy: 'Never' }),
    { ...s0, containers: [container('x', 'exited', { exitCode: 1 })] },
    ['complete'],
  ],
  [
    'a sidecar runs on while containers start',
    running({ ...one, initContainers: [{ name: 'x', restartPolicy: 'Always' }] }),
    { ...s0, containers: [container('x', 'running')] },
    ['start a 0 in s0'],
  ],
  [
    'a changed image replaces the container',
    running(one),
    {
      ...s0,
      containers: [container('a', 'running', { annotations: { 'io.kubernetes.container.hash': 'other' } })],
    },
    ['stopContainer a-0'],
  ],
  [
    'an unknown state is brought to a known one',
    running(one),
    { ...s0, containers: [container('a', 'unknown')] },
    ['stopContainer a-0'],
  ],
  [
    'the instance before the newest is kept, older ones go',
    running(one),
    {
      ...s0,
      containers: [
        container('a', 'running', { attempt: 2 }),
        container('a', 'exited', { attempt: 1 }),
        container('a', 'exited'),
      ],
    },
    ['removeContainer a-0'],
  ],
  [
    'a pod past its deadline ends',
    {
      ...running({ ...one, activeDeadlineSeconds: 5 }),
      pod: {
        metadata: {},
        spec: { containers: named('a'), activeDeadlineSeconds: 5 },
        status: { startTime: '1970-01-01T00:00:01Z' },
      },
    } as PodState,
    s0,
    ['expire'],
  ],
]

for (const [title, state, seen, expected] of rows)
  test(title, () => assert.deepEqual(planned(state, seen), expected))

test('a container that waits is looked at again when its wait is over', () => {
  const { wakeAt } = plan(running(one, { a: 10_000 }), { ...s0, containers: [container('a', 'exited')] }, now)
  assert.equal(wakeAt, now - 1000 + 10_000)
})

const ending = (reason: 'deleted' | 'completed', spec: Partial<PodSpec> = {}): PodState => ({
  phase: 'terminating',
  pod: running(spec).pod,
  reason,
  since: 0,
  deadline: now + 5000,
})
const over = (reason: 'deleted' | 'completed', cleaned = false): PodState => ({
  phase: 'terminated',
  pod: running().pod,
  reason,
  cleaned,
})

const beside: Partial<PodSpec> = {
  initContainers: named('x', 'y').map((one) => ({ ...one, restartPolicy: 'Always' })),
}

const endRows: readonly (readonly [string, PodState, Partial<Observed>, readonly string[]])[] = [
  [
    'all containers end at once',
    ending('deleted'),
    { ...s0, containers: [container('a', 'running'), container('b', 'running')] },
    ['stopContainer a-0', 'stopContainer b-0'],
  ],
  [
    'sidecars end after all others',
    ending('deleted', beside),
    { ...s0, containers: [container('x', 'running'), container('y', 'running'), container('a', 'running')] },
    ['stopContainer a-0'],
  ],
  [
    'of sidecars the last one ends first',
    ending('completed', beside),
    { ...s0, containers: [container('x', 'running'), container('y', 'running'), container('a', 'exited')] },
    ['stopContainer y-0'],
  ],
  [
    'the first sidecar ends last',
    ending('completed', beside),
    { ...s0, containers: [container('x', 'running'), container('y', 'exited')] },
    ['stopContainer x-0'],
  ],
  [
    'what never started is not started any more',
    ending('deleted'),
    { ...s0, containers: [container('a', 'created')] },
    ['stopSandbox s0'],
  ],
  [
    'the sandbox ends after the containers',
    ending('deleted'),
    { ...s0, containers: [container('a', 'exited')] },
    ['stopSandbox s0'],
  ],
  [
    'gone is said only when nothing runs',
    ending('deleted'),
    { sandboxes: [sandbox(0, false)] },
    ['confirmGone'],
  ],
  [
    'a completed pod keeps its containers and logs',
    over('completed'),
    { sandboxes: [sandbox(0, false)], containers: [container('a', 'exited')] },
    ['cleanUp'],
  ],
  ['a deleted pod keeps nothing', over('deleted'), { sandboxes: [sandbox(0, false)] }, ['removeSandbox s0']],
  ['folders go after the sandbox', over('deleted'), {}, ['cleanUp']],
  ['after that there is nothing to do', over('deleted', true), {}, []],
  [
    'a start that was cut off and still succeeded is ended',
    over('deleted', true),
    { ...s0, containers: [container('a', 'running')] },
    ['stopContainer a-0', 'stopSandbox s0'],
  ],
]

for (const [title, state, seen, expected] of endRows)
  test(title, () => assert.deepEqual(planned(state, seen), expected))
