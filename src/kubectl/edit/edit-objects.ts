import { isApiError } from '#base/errors'
import { mergeDiff } from '#schema/merge-patch'
import type { Json, KubeObject } from '#schema/object'
import { strategicDiff } from '#schema/strategic-diff'
import { toYaml } from '#schema/to-yaml'
import type { EditCall } from '../commands/edit.ts'
import { KubectlError } from '../fault.ts'
import { complain, print } from '../io.ts'
import { checkMetadata } from '../manifests/check-metadata.ts'
import { readDocuments } from '../manifests/documents.ts'
import { toPrettyJson } from '../printers/json.ts'
import { withoutManagedFields } from '../printers/without-managed-fields.ts'
import { placeOf } from '../resources/place-of.ts'
import type { Target } from '../resources/targets.ts'
import { shownType } from '../show-done.ts'
import { typeOf } from '../write/type-of.ts'
import { keepCopy, openEditor } from './open-editor.ts'

/** An object as it was when the editor opened. */
export interface Edited {
  readonly target: Target
  readonly object: KubeObject
}

const head = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`

/** Opens objects in an editor until what was changed is saved, or given up. @throws KubectlError when it is given up. */
export async function editObjects(call: EditCall, objects: readonly Edited[]): Promise<void> {
  const isJson = call.values.output === 'json'
  const suffix = isJson ? '.json' : '.yaml'
  const shown = shownForm(objects)
  let body = isJson ? toPrettyJson(shown) : toYaml(shown)
  let failures = ''
  for (;;) {
    const text = await openEditor((isJson ? '' : head) + failures + body, suffix, call.io)
    const next = text.replaceAll(/^#.*\n?/gm, '')
    if (next.trim() === '') return complain(call.io, 'Edit cancelled, saved file was empty.\n')
    if (next === body) {
      if (failures === '') return complain(call.io, 'Edit cancelled, no changes made.\n')
      await tellOfCopy(call, text, suffix)
      throw new KubectlError('Edit cancelled, no valid changes were saved.')
    }
    body = next
    failures = await save(call, objects, next).catch(async (error: unknown) => {
      await tellOfCopy(call, text, suffix)
      throw error
    })
    if (failures === '') return
  }
}

/** What was typed is not lost with the editor. */
async function tellOfCopy({ io }: EditCall, text: string, suffix: string): Promise<void> {
  const file = await keepCopy(text, suffix)
  complain(io, `A copy of your changes has been stored to ${JSON.stringify(file)}\n`)
}

function shownForm(objects: readonly Edited[]): Json {
  const items = objects.map(({ object }) => withoutManagedFields(object as unknown as Json))
  return items.length === 1 ? (items[0] as Json) : { apiVersion: 'v1', kind: 'List', items, metadata: {} }
}

/** Saves every object that changed. Resolves to comments about what went wrong, '' when nothing did. */
async function save(call: EditCall, objects: readonly Edited[], text: string): Promise<string> {
  let changed: KubeObject[]
  try {
    changed = await readObjects(text)
  } catch (error) {
    return comment(unreadable(call, objects, (error as Error).message))
  }
  const faults: string[] = []
  for (const next of changed) {
    const { target, object } = originalOf(next, objects)
    faults.push(...(await saveOne(call, target, object, next)))
  }
  return faults.length === 0 ? '' : comment(faults)
}

const syntaxFault = /^error parsing edited-file: (?:error converting YAML to JSON: )?/

/** Text that is no YAML or JSON is taken for an invalid object. */
function unreadable({ io }: EditCall, objects: readonly Edited[], words: string): string[] {
  if (!syntaxFault.test(words)) return [`The edited file had a syntax error: ${words}`]
  const fault = words.replace(syntaxFault, '')
  return objects.slice(0, 1).flatMap(({ target: { resource, name } }) => {
    complain(io, `error: ${resource.plural} ${JSON.stringify(name)} is invalid\n`)
    return [
      `${resource.plural} ${JSON.stringify(name)} was not valid:`,
      `* <nil>: Invalid value: "The edited file failed validation": ${fault}`,
    ]
  })
}

/** What an object was before. @throws KubectlError when it says to be another one now. */
function originalOf({ apiVersion, kind, metadata }: KubeObject, objects: readonly Edited[]): Edited {
  const found = objects.find(({ object }) => object.metadata.uid === metadata?.uid)
  if (!found) throw new KubectlError(`no original object found for ${kind}/${metadata?.name ?? ''}`)
  const { object } = found
  if (apiVersion !== object.apiVersion || kind !== object.kind || metadata.name !== object.metadata.name)
    throw new KubectlError('At least one of apiVersion, kind and name was changed')
  const [own = '', wanted = ''] = [metadata.namespace, object.metadata.namespace]
  if (own !== wanted)
    throw new KubectlError(
      `the namespace from the provided object ${JSON.stringify(own)} does not match the namespace ${JSON.stringify(wanted)}. You must pass '--namespace=${own}' to perform this operation.`,
    )
  return found
}

async function readObjects(text: string): Promise<KubeObject[]> {
  const objects: KubeObject[] = []
  for await (const value of readDocuments('edited-file', text)) objects.push(...itemsOf(value))
  for (const { metadata } of objects) checkMetadata(metadata as unknown as Json, 'edited-file')
  return objects
}

function itemsOf(value: Json): KubeObject[] {
  const { kind, items } = value as { kind?: string; items?: Json[] }
  return (kind === 'List' && items ? items : [value]) as unknown as KubeObject[]
}

const comment = (lines: readonly string[]) =>
  `${lines
    .flatMap((line) => line.split('\n'))
    .map((line) => `# ${line}\n`)
    .join('')}#\n`

type Members = { [key: string]: Json }

/** Resolves to what is wrong with the change, a line each. */
async function saveOne(
  { io, values, factory }: EditCall,
  target: Target,
  old: KubeObject,
  next: KubeObject,
): Promise<string[]> {
  const { resource, name } = target
  const before = withoutManagedFields(old as unknown as Json) as Members
  const type = await typeOf(resource)
  const patch = type
    ? strategicDiff(type, before, next as unknown as Members)
    : mergeDiff(before, next as unknown as Members)
  if (Object.keys(patch).length === 0) return []
  const client = await factory.client()
  const params = {
    ...placeOf(target),
    fieldManager: values.fieldManager,
    fieldValidation: 'Strict' as const,
    subresource: values.subresource,
  }
  const patchType = type ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json'
  try {
    await client.patch(resource, name, patchType, patch, params)
    print(io, `${shownType(resource)}/${name} edited\n`)
    return []
  } catch (error) {
    if (!isApiError(error)) throw error
    complain(io, `error: ${resource.plural} ${JSON.stringify(name)} is invalid\n`)
    const causes = error.details?.causes?.map(({ field = '', message = '' }) => `* ${field}: ${message}`)
    return [
      `${resource.plural} ${JSON.stringify(name)} was not valid:`,
      ...(causes ?? [`* ${error.message}`]),
    ]
  }
}
