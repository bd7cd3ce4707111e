import { isApiError } from '#base/errors'
import { mergeDiff } from '#schema/merge-patch'
import type { Json, KubeObject } from '#schema/object'
import type { Call } from '../command.ts'
import { Failures } from '../failures.ts'
import { KubectlError } from '../fault.ts'
import { print } from '../io.ts'
import { type Target, targetsOf } from '../resources/targets.ts'
import { doneShower } from '../show-done.ts'
import { dryRunNote, readDryRun } from '../write-flags.ts'
import { type Changes, type Wording, changed, readChanges, splitWords } from './changes.ts'
import type { metadataFlags } from './flags.ts'
import { placeOf } from '../resources/place-of.ts'

/** Labels or annotations: what one command is and the other is not. */
export interface MetadataKind extends Wording {
  readonly field: 'labels' | 'annotations'
  readonly fieldManager: string
  /** Refuses values that cannot be. */
  check(changes: Changes): void
  /** Refuses to put other values in the place of those that are there. */
  refuseTaken(old: Readonly<Record<string, string>>, changes: Changes): void
  /** What was done, by what the object was and is; and what is told beside. */
  done(
    old: KubeObject,
    next: KubeObject,
    changes: Changes,
    overwrite: boolean,
  ): { word: string; asides: string[] }
}

type MetadataCall = Call<typeof metadataFlags>

/** Changes labels or annotations of every object that a command line names. */
export async function changeAll(kind: MetadataKind, call: MetadataCall): Promise<void> {
  const { values, args } = call
  const { names, pairs } = splitWords(args, kind)
  if (names.length === 0 && values.filename.length === 0)
    throw new KubectlError(
      'one or more resources must be specified as <resource> <name> or <resource>/<name>',
    )
  if (pairs.length === 0 && !values.list)
    throw new KubectlError(`at least one ${kind.what} update is required`)
  const changes = readChanges(pairs, kind)
  kind.check(changes)
  const { targets, errors: early } = await targetsOf({ ...call, args: names })
  const errors: unknown[] = [...early]
  for (const target of targets) {
    await changeOne(kind, call, changes, target, targets.length > 1).catch((error: unknown) => {
      if (!isApiError(error) && !(error instanceof KubectlError)) throw error
      errors.push(error)
    })
  }
  Failures.throwIfAny(errors)
}

async function changeOne(
  kind: MetadataKind,
  call: MetadataCall,
  changes: Changes,
  target: Target,
  isOneOfMany: boolean,
): Promise<void> {
  const { values, factory, io } = call
  const { resource, name } = target
  const old = await (await factory.client()).get<KubeObject>(resource, name, placeOf(target))
  const before = old.metadata[kind.field] ?? {}
  if (!values.overwrite) kind.refuseTaken(before, changes)
  const after = changed(before, changes)
  if (values.list) return print(io, listing(kind, target, after, isOneOfMany))
  const next = { ...old, metadata: { ...old.metadata, [kind.field]: after } }
  const stored = await write(kind, call, target, old, next)
  const { word, asides } = kind.done(old, next, changes, values.overwrite)
  for (const aside of asides) print(io, `${aside}\n`)
  const show = doneShower({ io, ...values, note: dryRunNote(readDryRun(values.dryRun)) })
  show(resource, stored as unknown as Json, word)
}

type Members = { [key: string]: Json }

/** Sends what differs, if something does. */
async function write(
  { fieldManager }: MetadataKind,
  { values, factory }: MetadataCall,
  target: Target,
  old: KubeObject,
  next: KubeObject,
): Promise<KubeObject> {
  const { resource, name } = target
  const dryRun = readDryRun(values.dryRun)
  const patch = mergeDiff(old as unknown as Members, next as unknown as Members)
  if (values.resourceVersion !== '')
    patch['metadata'] = { ...(patch['metadata'] as Members), resourceVersion: values.resourceVersion }
  if (dryRun === 'client' || Object.keys(patch).length === 0) return next
  const params = { ...placeOf(target), dryRun: dryRun === 'server', fieldManager }
  return (await factory.client()).patch(resource, name, 'application/merge-patch+json', patch, params)
}

function listing(
  { field }: MetadataKind,
  { resource, name }: Target,
  values: Readonly<Record<string, string>>,
  isOneOfMany: boolean,
): string {
  const title = isOneOfMany ? `Listing ${field} for ${resource.kind}.${resource.group}/${name}:\n` : ''
  const before = isOneOfMany ? ' ' : ''
  const lines = Object.entries(values).map(([key, value]) => `${before}${key}=${value}\n`)
  return title + lines.sort((a, b) => (a < b ? -1 : 1)).join('')
}
