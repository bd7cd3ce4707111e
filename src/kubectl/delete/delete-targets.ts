import { isApiError } from '#base/errors'
import { sleep } from '#base/clock'
import type { Client } from '#client'
import type { KubeObject } from '#schema/object'
import type { Call } from '../command.ts'
import type { deleteFlags } from '../commands/delete.ts'
import { whileDoing } from '../error-text.ts'
import { Failures } from '../failures.ts'
import { KubectlError } from '../fault.ts'
import { type Io, print } from '../io.ts'
import { shownType } from '../show-done.ts'
import { dryRunNote, readDryRun } from '../write-flags.ts'
import { deleteParams } from './policy.ts'
import type { Target, Targets } from '../resources/targets.ts'
import { placeOf } from '../resources/place-of.ts'

type DeleteCall = Call<typeof deleteFlags>

/** Deletes one object after another, then waits until they are gone. Resolves to how many were found. */
export async function deleteTargets(call: DeleteCall, { targets, errors: early }: Targets): Promise<number> {
  const { values, io } = call
  const errors: unknown[] = []
  const leaving: [Target, string | undefined][] = []
  for (const target of targets) {
    try {
      leaving.push([target, await deleteOne(call, target)])
      print(io, doneText(call, target))
    } catch (error) {
      const isForgiven = (values.ignoreNotFound || values.all) && isApiError(error, 'NotFound')
      if (!isForgiven) errors.push(error)
    }
  }
  Failures.throwIfAny([...errors, ...early])
  if (values.wait && readDryRun(values.dryRun) === 'none') await untilGone(call, leaving)
  return targets.length
}

/** Resolves to the uid of the object that goes. */
async function deleteOne({ values, factory }: DeleteCall, target: Target): Promise<string | undefined> {
  if (readDryRun(values.dryRun) === 'client') return undefined
  const { resource, name, source } = target
  const client = await factory.client()
  try {
    const params = { ...deleteParams(values), ...placeOf(target) }
    const answer = (await client.delete(resource, name, params)) as KubeObject & {
      details?: { uid?: string }
    }
    return answer.details?.uid ?? answer.metadata.uid
  } catch (error) {
    throw source === undefined ? error : whileDoing(error, `error when deleting ${JSON.stringify(source)}`)
  }
}

function doneText({ values }: DeleteCall, { resource, name }: Target): string {
  if (values.output === 'name') return `${shownType(resource)}/${name}\n`
  const how = values.force ? 'force deleted' : 'deleted'
  return `${shownType(resource)} ${JSON.stringify(name)} ${how}${dryRunNote(readDryRun(values.dryRun))}\n`
}

const dayMs = 86_400_000

/** Waits until each object is gone or another one has its name. @throws KubectlError when that takes too long. */
async function untilGone(
  { values, factory, io }: DeleteCall,
  leaving: readonly [Target, string | undefined][],
): Promise<void> {
  const client = await factory.client()
  const deadline = io.clock.monotonic() + (values.timeout || 7 * dayMs)
  for (const [target, uid] of leaving) {
    while (await isStillThere(client, target, uid)) {
      if (io.clock.monotonic() > deadline)
        throw new KubectlError(
          `timed out waiting for the condition on ${target.resource.plural}/${target.name}`,
        )
      await pause(io)
    }
  }
}

async function isStillThere(client: Client, target: Target, uid: string | undefined) {
  const { resource, name } = target
  try {
    const object = await client.get(resource, name, placeOf(target))
    return uid === undefined || object.metadata.uid === uid
  } catch (error) {
    if (isApiError(error, 'NotFound')) return false
    throw error
  }
}

const pause = ({ clock, signal }: Io) => sleep(clock, 100, signal)
