// Seeded histories of one pod: events come in any order, actions are lost, repeated or done late, containers and
// sandboxes die. The laws of state.ts must hold at every step, and once faults stop, a deleted pod must end.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Random } from '#base/random'
import type { Pod } from '#kinds/gen/core-v1'
import { seededRandom } from '#testkit/seeded-random'
import type { RuntimeContainerStatus, SandboxStatus } from '../contract.ts'
import type { Observed } from './observed.ts'
import { type Action, plan } from './plan.ts'
import { initialState, next, type PodEvent, type PodState } from './state.ts'

const policies = ['Always', 'OnFailure', 'Never']

/** What a runtime would have of the pod. */
class World {
  sandboxes: SandboxStatus[] = []
  containers: RuntimeContainerStatus[] = []
  hasVolumes = false
  #made = 0

  look(): Observed {
    return {
      sandboxes: this.sandboxes.toSorted((a, b) => b.attempt - a.attempt),
      containers: this.containers.toSorted((a, b) => b.createdAt - a.createdAt),
    }
  }

  /** Does an action as the executor does: what is there already is not made again. */
  apply(action: Action, now: number): void {
    switch (action.do) {
      case 'createSandbox':
        this.hasVolumes = true
        if (this.sandboxes.some((one) => one.attempt >= action.attempt)) return
        this.sandboxes.push({ ...blankSandbox, id: `s${++this.#made}`, attempt: action.attempt })
        return
      case 'stopSandbox':
        this.sandboxes = this.sandboxes.map((one) => (one.id === action.id ? { ...one, ready: false } : one))
        return this.#endAll((one) => one.sandboxId === action.id, now)
      case 'removeSandbox':
        this.sandboxes = this.sandboxes.filter(({ id }) => id !== action.id)
        this.containers = this.containers.filter(({ sandboxId }) => sandboxId !== action.id)
        return
      case 'startContainer':
        return this.#start(action, now)
      case 'stopContainer':
        return this.#endAll((one) => one.id === action.id, now)
      case 'removeContainer':
        this.containers = this.containers.filter(({ id }) => id !== action.id)
        return
      case 'cleanUp':
        this.hasVolumes = false
        return
      case 'resize':
      case 'complete':
      case 'expire':
      case 'confirmGone':
    }
  }

  #start(
    { container: { name }, attempt, sandboxId }: Extract<Action, { do: 'startContainer' }>,
    now: number,
  ): void {
    if (!this.sandboxes.some(({ id, ready }) => id === sandboxId && ready)) return
    const same = this.containers.find(
      (one) => one.name === name && one.attempt === attempt && one.sandboxId === sandboxId,
    )
    if (same) return
    const alone = !this.containers.some((one) => one.name === name && one.state === 'running')
    assert.ok(alone, `two running instances of ${name}`)
    const id = `c${++this.#made}`
    this.containers.push({
      ...blankContainer,
      id,
      name,
      attempt,
      sandboxId,
      state: 'running',
      createdAt: this.#made,
      startedAt: now,
    })
  }

  #endAll(which: (one: RuntimeContainerStatus) => boolean, now: number, exitCode = 137): void {
    this.containers = this.containers.map((one) =>
      which(one) && one.state === 'running' ? { ...one, state: 'exited', finishedAt: now, exitCode } : one,
    )
  }

  disturb(random: Random, now: number): void {
    const container = this.containers[Math.floor(random.next() * this.containers.length)]
    if (container && random.next() < 0.7) {
      this.#endAll(({ id }) => id === container.id, now, random.next() < 0.5 ? 0 : 1)
    } else {
      const sandbox = this.sandboxes.find(({ ready }) => ready)
      if (sandbox) this.apply({ do: 'stopSandbox', id: sandbox.id }, now)
    }
  }
}

const blankSandbox: SandboxStatus = {
  id: '',
  podUid: 'u',
  podName: 'p',
  podNamespace: 'd',
  attempt: 0,
  ready: true,
  createdAt: 0,
  labels: {},
  annotations: {},
  ips: [],
}
const blankContainer: RuntimeContainerStatus = {
  id: '',
  sandboxId: '',
  name: '',
  attempt: 0,
  state: 'running',
  createdAt: 0,
  image: '',
  imageRef: '',
  labels: {},
  annotations: {},
  startedAt: 0,
  finishedAt: 0,
  exitCode: 0,
  reason: '',
  message: '',
  logPath: '',
}

function randomPod(random: Random): Pod {
  const restartPolicy = policies[Math.floor(random.next() * 3)] as string
  const initContainers = random.next() < 0.4 ? [{ name: 'init' }] : []
  return {
    metadata: { name: 'p', namespace: 'd', uid: 'u' },
    spec: {
      containers: [{ name: 'a' }, { name: 'b' }],
      initContainers,
      restartPolicy,
      terminationGracePeriodSeconds: 20,
    },
  }
}

const deletedPod = (pod: Pod, seconds: number): Pod => ({
  ...pod,
  metadata: { ...pod.metadata, deletionTimestamp: 'now', deletionGracePeriodSeconds: seconds },
})

function randomEvent(random: Random, pod: Pod): PodEvent {
  const dice = random.next()
  if (dice < 0.75) return { type: 'wanted', pod }
  if (dice < 0.9) return { type: 'wanted', pod: deletedPod(pod, Math.floor(random.next() * 40)) }
  if (dice < 0.92)
    return { type: 'evicted', reason: 'Evicted', message: 'm', graceSeconds: Math.floor(random.next() * 30) }
  return dice < 0.95 ? { type: 'unwanted' } : { type: 'started' }
}

/** One pod in one world, checked at every step. */
class Run {
  now = 0
  state: PodState
  readonly world = new World()

  constructor(pod: Pod) {
    this.state = initialState(pod, 0)
  }

  tell(event: PodEvent): void {
    const after = next(this.state, event, this.now)
    if (this.state.phase === 'terminated')
      assert.equal(after.phase, 'terminated', 'terminated never runs again')
    if (this.state.phase === 'terminating') {
      assert.ok(after.phase === 'terminating' || after.phase === 'terminated', 'terminating does not go back')
      if (after.phase === 'terminating')
        assert.ok(after.deadline <= this.state.deadline, 'grace only shrinks')
    }
    this.state = after
  }

  /** Plans and acts; `fate` says what becomes of each action. */
  round(fate: () => 'done' | 'lost' | 'twice'): void {
    const { actions } = plan(this.state, this.world.look(), this.now)
    const isEnding = this.state.phase === 'terminating' || this.state.phase === 'terminated'
    for (const action of actions) {
      const starts = action.do === 'startContainer' || action.do === 'createSandbox'
      assert.ok(!(isEnding && starts), 'nothing starts after termination is asked')
      const what = fate()
      if (what === 'lost') continue
      if (action.do === 'createSandbox') this.tell({ type: 'started' })
      if (action.do === 'startContainer' && action.attempt > 0)
        this.tell({ type: 'starting', container: action.container.name })
      this.world.apply(action, this.now)
      if (what === 'twice') this.world.apply(action, this.now)
      if (action.do === 'complete') this.tell({ type: 'completed' })
      if (action.do === 'confirmGone') this.tell({ type: 'gone' })
      if (action.do === 'cleanUp') this.tell({ type: 'cleaned' })
    }
    assert.ok(this.world.sandboxes.filter(({ ready }) => ready).length <= 1, 'one sandbox at most')
  }

  get isEmpty(): boolean {
    return this.world.sandboxes.length + this.world.containers.length === 0 && !this.world.hasVolumes
  }
}

function history(seed: number): void {
  const random = seededRandom(seed)
  const pod = randomPod(random)
  const run = new Run(pod)
  const fate = () => (random.next() < 0.7 ? 'done' : random.next() < 0.5 ? 'lost' : 'twice')
  for (let step = 0; step < 60; step++) {
    run.now += Math.floor(random.next() * 20_000)
    if (random.next() < 0.15) run.tell(randomEvent(random, pod))
    if (random.next() < 0.3) run.world.disturb(random, run.now)
    run.round(fate)
  }
  run.tell({ type: 'wanted', pod: deletedPod(pod, 1) })
  for (let step = 0; step < 12; step++) run.round(() => 'done')
  assert.equal(run.state.phase, 'terminated', 'every deleted pod ends')
  assert.ok(run.isEmpty, 'nothing is left of it')
}

test('the laws hold in 3000 histories', () => {
  for (let seed = 1; seed <= 3000; seed++) {
    try {
      history(seed)
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error })
    }
  }
})
