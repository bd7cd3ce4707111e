import { notFound } from '#base/errors'
import type { KubeObject } from '#schema/object'
import type { Call } from '../call.ts'
import { readOptions } from '../options.ts'
import { answerEntries, answerObject } from '../present.ts'
import { selectionOf } from '../selection.ts'
import type { Entry } from '../watch-cache/entry.ts'

/** Finds out whether a part is well: gives what it says, or rejects with what is wrong. */
export type ComponentCheck = () => Promise<string>

function checksOf({ core }: Call): Readonly<Record<string, ComponentCheck>> {
  const { store, components = {} } = core.parts
  const storeCheck = async () => {
    await store.health()
    return 'ok'
  }
  return { ...components, 'etcd-0': storeCheck }
}

async function statusOf(call: Call, name: string, check: ComponentCheck): Promise<Entry> {
  const { kind, resource } = call
  const condition = await check().then(
    (message) => ({ type: 'Healthy', status: 'True', message }),
    (error: unknown) => ({ type: 'Healthy', status: 'False', message: (error as Error).message }),
  )
  const head = { kind: kind.kind, apiVersion: kind.apiVersion }
  return resource.entryFor({ ...head, metadata: { name }, conditions: [condition] } as unknown as KubeObject)
}

/** GET of one part's state. */
export async function getComponent(call: Call) {
  const check = checksOf(call)[call.info.name]
  if (check === undefined) throw notFound(call.resource.ref, call.info.name)
  warn(call)
  return answerObject(call, await statusOf(call, call.info.name, check), 200)
}

/** GET of the state of all parts, asked at the same time. */
export async function listComponents(call: Call) {
  const selection = selectionOf(call.kind, readOptions(call.info.query))
  const names = Object.entries(checksOf(call)).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const entries = await Promise.all(names.map(([name, check]) => statusOf(call, name, check)))
  warn(call)
  return answerEntries(
    call,
    entries.filter((entry) => selection.matches(entry)),
    { resourceVersion: '' },
  )
}

function warn({ warnings }: Call): void {
  warnings.push('v1 ComponentStatus is deprecated in v1.19+')
}
