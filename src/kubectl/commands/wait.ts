import { sleep } from '#base/clock'
import { isApiError } from '#base/errors'
import { boolKind, durationKind, flag, stringKind } from '#base/flags'
import type { Json, KubeObject } from '#schema/object'
import { type Call, defineCommand } from '../command.ts'
import { Failures } from '../failures.ts'
import { KubectlError } from '../fault.ts'
import { type Target, targetsOf } from '../resources/targets.ts'
import { doneShower } from '../show-done.ts'
import { type Condition, readCondition } from '../wait/condition.ts'
import { fileFlags, outputFlags } from '../write-flags.ts'
import { placeOf } from '../resources/place-of.ts'

const secondMs = 1000
const weekMs = 7 * 86_400 * secondMs
/** Between two looks at an object. */
const pauseMs = 100

const flags = {
  ...fileFlags,
  ...outputFlags,
  all: flag('all', boolKind, false, 'Wait for all objects of the type in the namespace.'),
  allNamespaces: flag('all-namespaces', boolKind, false, 'Look in all namespaces.', { short: 'A' }),
  fieldSelector: flag('field-selector', stringKind, '', 'Only objects whose fields fit.'),
  for: flag(
    'for',
    stringKind,
    '',
    "What to wait for: [create|delete|condition=condition-name[=condition-value]|jsonpath='{JSONPath expression}'=[JSONPath value]].",
  ),
  selector: flag('selector', stringKind, '', 'Only objects whose labels fit.', { short: 'l' }),
  timeout: flag(
    'timeout',
    durationKind,
    30 * secondMs,
    'How long to wait before giving up: 0 looks once, less than 0 waits a week.',
  ),
} as const

type WaitCall = Call<typeof flags>

/** `kubectl wait`. */
export const wait = defineCommand({
  about: `Wait until something holds of objects: that they are there, that they are gone, that a condition in their status
is true, or that a field has a value.`,
  examples: `# Until a pod is ready
kubectl wait --for=condition=Ready pod/web

# Until a pod runs
kubectl wait --for=jsonpath='{.status.phase}'=Running pod/web

# Until it is gone, for a minute at most
kubectl wait --for=delete pod/web --timeout=60s`,
  usage:
    '([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) --for=... [options]',
  flags,
  async run(call) {
    const { values, io } = call
    const condition = readCondition(values.for)
    const timeoutMs = values.timeout < 0 ? weekMs : values.timeout
    const waiting = { call, condition, deadline: io.clock.monotonic() + timeoutMs }
    const { targets, errors } = await targetsOf(call)
    const failures = [...errors]
    for (const target of targets) {
      await waitFor(target, waiting).catch((error: unknown) => void failures.push(error))
    }
    Failures.throwIfAny(failures)
    if (targets.length === 0) throw new KubectlError('no matching resources found')
  },
})

interface Waiting {
  readonly call: WaitCall
  readonly condition: Condition
  /** On the monotonic clock; shared by all objects. */
  readonly deadline: number
}

/** Looks at an object until what is waited for holds, and tells it. */
async function waitFor(target: Target, { call, condition, deadline }: Waiting): Promise<void> {
  const { io, values } = call
  const show = doneShower({ io, ...values, note: '' })
  let seen: KubeObject | undefined
  for (let isFirst = true; ; isFirst = false) {
    const object = await look(target, call, isFirst && condition.is === 'state')
    if (condition.is === 'delete') {
      if (!object || (seen && object.metadata.uid !== seen.metadata.uid)) {
        if (seen) show(target.resource, seen as unknown as Json, 'condition met')
        return
      }
      seen = object
    } else if (object && (condition.is === 'create' || condition.holds(object as unknown as Json))) {
      show(target.resource, object as unknown as Json, 'condition met')
      return
    }
    if (values.timeout === 0) throw notMet(target)
    if (io.clock.monotonic() >= deadline) throw timedOut(target, condition)
    await sleep(io.clock, pauseMs, io.signal)
  }
}

/** The object, if it is there. @throws ApiError when it is not and must be. */
async function look(
  target: Target,
  { factory }: WaitCall,
  mustBeThere: boolean,
): Promise<KubeObject | undefined> {
  const client = await factory.client()
  try {
    return await client.get<KubeObject>(target.resource, target.name, placeOf(target))
  } catch (error) {
    if (!mustBeThere && isApiError(error, 'NotFound')) return undefined
    throw error
  }
}

const notMet = ({ resource, name }: Target) =>
  new KubectlError(`condition not met for ${resource.plural}/${name}`)

const timedOut = ({ resource, name }: Target, { is }: Condition) =>
  new KubectlError(
    `timed out waiting for the condition${is === 'create' ? '' : ` on ${resource.plural}/${name}`}`,
  )
