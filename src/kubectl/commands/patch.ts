import { readFile } from 'node:fs/promises'
import { flag, stringKind } from '#base/flags'
import type { PatchType } from '#client'
import { applyJsonPatch } from '#schema/json-patch'
import { applyMergePatch } from '#schema/merge-patch'
import type { Json, KubeObject } from '#schema/object'
import { applyStrategicMergePatch } from '#schema/strategic-merge-patch'
import { type Call, defineCommand } from '../command.ts'
import { Failures } from '../failures.ts'
import { KubectlError } from '../fault.ts'
import { readDocuments } from '../manifests/documents.ts'
import { type Target, targetsOf } from '../resources/targets.ts'
import { placeOf } from '../resources/place-of.ts'
import { doneShower } from '../show-done.ts'
import { typeOf } from '../write/type-of.ts'
import { dryRunFlag, dryRunNote, fileFlags, outputFlags, readDryRun } from '../write-flags.ts'

const flags = {
  ...fileFlags,
  ...outputFlags,
  dryRun: dryRunFlag,
  fieldManager: flag(
    'field-manager',
    stringKind,
    'kubectl-patch',
    'Name under which the server notes who wrote the fields.',
  ),
  patch: flag('patch', stringKind, '', 'The patch, as JSON or YAML.', { short: 'p' }),
  patchFile: flag('patch-file', stringKind, '', 'A file with the patch.'),
  subresource: flag('subresource', stringKind, '', 'Patch this subresource: status, scale, resize.'),
  type: flag('type', stringKind, 'strategic', 'The kind of patch; one of [json merge strategic].'),
} as const

type PatchCall = Call<typeof flags>

const types: Readonly<Record<string, PatchType>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
}

/** `kubectl patch`. */
export const patch = defineCommand({
  about: 'Change fields of objects by a strategic merge patch, a JSON merge patch or a JSON patch.',
  examples: `# Make a node unschedulable
kubectl patch node n1 -p '{"spec":{"unschedulable":true}}'

# The same by a JSON patch
kubectl patch node n1 --type=json -p '[{"op":"replace","path":"/spec/unschedulable","value":true}]'`,
  usage: '(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE] [options]',
  flags,
  async run(call) {
    const type = types[call.values.type]
    if (type === undefined)
      throw new KubectlError(
        `--type must be one of [json merge strategic], not ${JSON.stringify(call.values.type)}`,
      )
    const text = await patchText(call)
    const { targets, errors: early } = await targetsOf(call)
    const errors: unknown[] = [...early]
    for (const target of targets) {
      await patchOne(call, target, type, text).catch((error: unknown) => void errors.push(error))
    }
    Failures.throwIfAny(errors)
  },
})

/** The patch as JSON text: YAML is turned into it, broken JSON is the server's to refuse. */
async function patchText({ values }: PatchCall): Promise<string> {
  if (values.patch !== '' && values.patchFile !== '')
    throw new KubectlError('cannot specify --patch and --patch-file together')
  const text = values.patchFile === '' ? values.patch : await patchFile(values.patchFile)
  if (text === '')
    throw new KubectlError('must specify --patch or --patch-file containing the contents of the patch')
  if (/^\s*[[{]/.test(text)) return text
  for await (const value of readDocuments('patch', text)) return JSON.stringify(value)
  throw new KubectlError(`unable to parse ${JSON.stringify(text)}: no patch in it`)
}

async function patchFile(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new KubectlError(`unable to read patch file: open ${path}: no such file or directory`, {
      cause: error,
    })
  })
}

async function patchOne(
  { values, factory, io }: PatchCall,
  target: Target,
  type: PatchType,
  text: string,
): Promise<void> {
  const { resource, name } = target
  const client = await factory.client()
  const dryRun = readDryRun(values.dryRun)
  const where = { ...placeOf(target), subresource: values.subresource }
  const old = await client.get<KubeObject>(resource, name, where)
  const params = { ...where, dryRun: dryRun === 'server', fieldManager: values.fieldManager }
  const next =
    dryRun === 'client'
      ? await patchedHere(old, type, text, resource)
      : await client.patch<KubeObject>(resource, name, type, text, params)
  const isSame = old.metadata.resourceVersion === next.metadata.resourceVersion && dryRun === 'none'
  const show = doneShower({ io, ...values, note: dryRunNote(dryRun) })
  show(resource, next as unknown as Json, isSame ? 'patched (no change)' : 'patched')
}

/** What the patch makes of the object, worked out without the server. */
async function patchedHere(
  old: KubeObject,
  type: PatchType,
  text: string,
  resource: Target['resource'],
): Promise<KubeObject> {
  const document = old as unknown as Json
  const value = JSON.parse(text) as Json
  const next =
    type === 'application/json-patch+json'
      ? applyJsonPatch(document, value)
      : type === 'application/merge-patch+json'
        ? applyMergePatch(document, value)
        : applyStrategicMergePatch(await typeOf(resource), document, value)
  return next as unknown as KubeObject
}
