import { isApiError, type Reason } from '#base/errors'
import type { Client } from '#client'
import { findKind } from '#kinds'
import type { KindDef } from '#kinds/define'
import type { KubeObject } from '#schema/object'

/** An object that the server keeps as it must be. */
export interface Wanted {
  /** What is made where it is missing. */
  readonly object: KubeObject
  /** What a found one must become; undefined when it is right. */
  readonly repair: (found: KubeObject) => KubeObject | undefined
}

/** Makes an object or repairs it. @throws ApiError for a refused write. */
export async function ensure(client: Client, { object, repair }: Wanted): Promise<void> {
  const kind = findKind(object.apiVersion ?? '', object.kind ?? '') as KindDef
  const { name = '', namespace = '' } = object.metadata
  const found = await read(client, kind, namespace, name)
  if (found === undefined) {
    await client.create(kind, object).catch(unless('AlreadyExists'))
    return
  }
  const next = repair(found)
  // Another server's write in between is looked at in the next round.
  if (next !== undefined) await client.update(kind, next, { namespace }).catch(unless('Conflict'))
}

async function read(client: Client, kind: KindDef, namespace: string, name: string) {
  try {
    return await client.get<KubeObject>(kind, name, { namespace })
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  }
}

const unless = (reason: Reason) => (error: unknown) => {
  if (!isApiError(error, reason)) throw error
}
