import type { Container, Pod, PodSpec } from '#kinds/gen/core-v1'
import type { RuntimeContainerStatus, SandboxStatus } from '../contract.ts'
import { containerHash } from './container-hash.ts'
import { graceMsOf } from './grace.ts'
import { containerAnnotations } from './labels.ts'
import { hasStarted, healthOf, instancesOf, isAlive, newestOf, type Observed } from './observed.ts'
import type { Action, Plan } from './plan.ts'
import { restartAt } from './restart-backoff.ts'
import { initRestarts, isRestartable, isSidecar, restarts } from './restart-policy.ts'
import { outdated, planResize } from '../resize/plan-resize.ts'
import { mustRestart } from '../resize/pod-resources.ts'
import type { PodState } from './state.ts'

type Running = Extract<PodState, { phase: 'running' }>

/** What one container needs: something done, a later look, or nothing for ever. */
type Need = { readonly action?: Action; readonly wakeAt?: number; readonly isOver?: boolean }

type Stop = Extract<Action, { do: 'stopContainer' }>

/** Instances kept of a container: the newest, and the one before it for its log and last state. */
const instancesKept = 2

/** What the containers of a living pod need. */
export function planContainers(
  state: Running,
  seen: Observed,
  sandbox: SandboxStatus | undefined,
  now: number,
): Plan {
  const spec = state.pod.spec as PodSpec
  const over = fate(spec, seen, sandbox)
  if (over) return { actions: [{ do: 'complete' }], wakeAt: undefined }
  if (sandbox === undefined) {
    const attempt = Math.max(-1, ...seen.sandboxes.map((one) => one.attempt)) + 1
    return { actions: [{ do: 'createSandbox', attempt }], wakeAt: undefined }
  }
  const needs = needsOf(state, seen, sandbox, now)
  const wakes = needs.flatMap(({ wakeAt }) => wakeAt ?? [])
  return {
    actions: [
      // Helpers come first: they may be there to find out why nothing else starts.
      ...helperStarts(spec, seen, sandbox),
      ...withResize(
        state.pod,
        seen,
        needs.flatMap(({ action }) => action ?? []),
      ),
      ...prune(spec, seen),
    ],
    wakeAt: wakes.length === 0 ? undefined : Math.min(...wakes),
  }
}

/** What ends makes room first; what starts finds its pod resized. */
function withResize(pod: Pod, seen: Observed, actions: readonly Action[]): readonly Action[] {
  const targets = planResize(pod, seen)
  if (targets === undefined) return actions
  const stops = actions.filter((one) => one.do === 'stopContainer')
  const ids = stops.map(({ id }) => id)
  const resize: Action = { do: 'resize', targets: targets.filter(({ id }) => !ids.includes(id)) }
  return [...stops, resize, ...actions.filter((one) => one.do !== 'stopContainer')]
}

/** True when the pod can do no more: every container ended for good, or an init container failed for good. */
function fate(spec: PodSpec, seen: Observed, sandbox: SandboxStatus | undefined): boolean {
  const inits = (spec.initContainers ?? []).filter((one) => !isSidecar(one))
  const hasMain = spec.containers.some(({ name }) => newestOf(seen, name) !== undefined)
  const failed = inits.some((container) => {
    const last = newestOf(seen, container.name)
    return last?.state === 'exited' && last.exitCode !== 0 && !initRestarts(spec, container, last.exitCode)
  })
  if (failed && !hasMain) return true
  // A pod that may not restart does not begin anew when its sandbox dies under it.
  const cannotGoOn =
    sandbox === undefined &&
    seen.sandboxes.length > 0 &&
    hasMain &&
    !spec.containers.some((one) => isRestartable(spec, one))
  return spec.containers.every((container) => {
    const last = newestOf(seen, container.name)
    if (last === undefined) return cannotGoOn
    return last.state === 'exited'
      ? !restarts(spec, container, last.exitCode)
      : cannotGoOn && last.state === 'created'
  })
}

/** Ephemeral containers start once, and never again. */
function helperStarts(
  { ephemeralContainers = [] }: PodSpec,
  seen: Observed,
  sandbox: SandboxStatus,
): Action[] {
  const isNew = (last: RuntimeContainerStatus | undefined) =>
    last === undefined || (last.state === 'created' && last.sandboxId === sandbox.id)
  return ephemeralContainers
    .filter(({ name }) => isNew(newestOf(seen, name)))
    .map((container) => ({ do: 'startContainer', container, attempt: 0, sandboxId: sandbox.id }))
}

function needsOf(state: Running, seen: Observed, sandbox: SandboxStatus, now: number): Need[] {
  const spec = state.pod.spec as PodSpec
  const inThis = (name: string) => instancesOf(seen, name).find((one) => one.sandboxId === sandbox.id)
  const main = spec.containers
  const hasMain = main.some(({ name }) => inThis(name) !== undefined)
  const needs: Need[] = []
  for (const container of spec.initContainers ?? []) {
    const instance = inThis(container.name)
    if (hasMain && !isSidecar(container)) continue
    if (!isSidecar(container) && instance?.state === 'exited' && instance.exitCode === 0) continue
    needs.push(needOf(state, container, seen, sandbox, now))
    if (!hasMain && !(isSidecar(container) && hasStarted(seen, instance))) return needs
  }
  // Started in the spec's order, one after the other.
  return [...needs, ...main.map((container) => needOf(state, container, seen, sandbox, now))]
}

function needOf(
  state: Running,
  container: Container,
  seen: Observed,
  sandbox: SandboxStatus,
  now: number,
): Need {
  const last = newestOf(seen, container.name)
  const start = (attempt: number): Need => ({
    action: { do: 'startContainer', container, attempt, sandboxId: sandbox.id },
  })
  if (last === undefined) return start(0)
  if (last.sandboxId !== sandbox.id) return mayRunAgain(state, container, last) ? start(last.attempt + 1) : {}
  if (last.state === 'created') return start(last.attempt)
  if (isAlive(last)) return needOfAlive(state, container, last, seen, now)
  if (!mayRunAgain(state, container, last)) return {}
  const at = restartAt(state.backoff.get(container.name), last.finishedAt)
  return at <= now ? start(last.attempt + 1) : { wakeAt: at }
}

function needOfAlive(
  state: Running,
  container: Container,
  last: RuntimeContainerStatus,
  seen: Observed,
  now: number,
): Need {
  if (changed(container, last)) return { action: replace(state, last, now) }
  const { given } = outdated(container, seen) ?? {}
  if (given && mustRestart(container, given)) {
    const why = `Container ${container.name} resize requires restart`
    return { action: { ...replace(state, last, now), why } }
  }
  const { failed } = healthOf(seen, last)
  if (failed === undefined) return {}
  const { id, name } = last
  const again = isRestartable(state.pod.spec as PodSpec, container) ? ', will be restarted' : ''
  const graceMs = failed.graceSeconds === undefined ? graceMsOf(state.pod) : failed.graceSeconds * 1000
  const why = `Container ${name} failed ${failed.kind} probe${again}`
  return { action: { do: 'stopContainer', id, name, deadline: now + graceMs, why } }
}

function mayRunAgain({ pod }: Running, container: Container, last: RuntimeContainerStatus): boolean {
  const spec = pod.spec as PodSpec
  const isInit = spec.initContainers?.includes(container) === true && !isSidecar(container)
  if (isInit) return last.exitCode === 0 || initRestarts(spec, container, last.exitCode)
  return restarts(spec, container, last.exitCode)
}

/** A container whose image was changed is replaced; one of unknown state is brought to a known one. */
const changed = (container: Container, { annotations, state }: RuntimeContainerStatus) => {
  const hash = annotations[containerAnnotations.hash]
  return state === 'unknown' || (hash !== undefined && hash !== containerHash(container))
}

const replace = ({ pod }: Running, { id, name, state }: RuntimeContainerStatus, now: number): Stop => ({
  do: 'stopContainer',
  id,
  name,
  deadline: now + graceMsOf(pod),
  why:
    state === 'unknown'
      ? `Container ${name} is in an unknown state, try killing it before restart`
      : `Container ${name} definition changed, will be restarted`,
})

function prune(spec: PodSpec, seen: Observed): Action[] {
  const names = [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name)
  return names
    .flatMap((name) => instancesOf(seen, name).slice(instancesKept))
    .filter(({ state }) => state === 'exited')
    .map(({ id }) => ({ do: 'removeContainer', id }))
}
