import { boolKind, flag, intKind, stringKind } from '#base/flags'
import { isApiError } from '#base/errors'
import type { Client } from '#client'
import type { Json, KubeObject } from '#schema/object'
import { type Call, defineCommand } from '../command.ts'
import { whileDoing } from '../error-text.ts'
import { KubectlError, UsageError } from '../fault.ts'
import { print } from '../io.ts'
import { type Manifest, visitManifests } from '../manifests/manifest.ts'
import { manifestsOf } from '../manifests/manifests-of.ts'
import { withNamespace } from '../manifests/with-namespace.ts'
import { placeOf } from '../resources/place-of.ts'
import { doneShower, shownType } from '../show-done.ts'
import {
  type DryRun,
  dryRunFlag,
  dryRunNote,
  fileFlags,
  outputFlags,
  readDryRun,
  readValidation,
  validateFlag,
} from '../write-flags.ts'

const flags = {
  ...fileFlags,
  ...outputFlags,
  dryRun: dryRunFlag,
  validate: validateFlag,
  fieldManager: flag(
    'field-manager',
    stringKind,
    'kubectl-replace',
    'Name under which the server notes who wrote the fields.',
  ),
  force: flag('force', boolKind, false, 'Delete the object and create it anew.'),
  gracePeriod: flag('grace-period', intKind, -1, 'With --force, seconds that the object gets to end in.'),
} as const

type ReplaceCall = Call<typeof flags>

/** `kubectl replace`. */
export const replace = defineCommand({
  about: 'Put what files or standard input say, whole, in the place of objects that are there.',
  examples: `# Replace a pod
kubectl replace -f ./pod.yaml

# Delete it and create it anew
kubectl replace --force -f ./pod.yaml`,
  usage: '-f FILENAME [options]',
  flags,
  async run(call) {
    const { values, args, path, factory, io } = call
    if (args.length > 0) throw new UsageError(path, `Unexpected args: [${args.join(' ')}]`)
    if (values.filename.length === 0) throw new KubectlError('must specify one of -f and -k')
    if (values.gracePeriod >= 0 && !values.force)
      throw new KubectlError('--grace-period must have --force specified')
    const dryRun = readDryRun(values.dryRun)
    const validation = readValidation(values.validate)
    const options = await manifestsOf(call, { validates: validation !== 'Ignore' })
    const show = doneShower({ io, ...values, note: dryRunNote(dryRun) })
    const client = await factory.client()
    await visitManifests(options, async (found) => {
      const manifest = withNamespace(found)
      const object = values.force
        ? await recreate(client, manifest, call)
        : await put(client, manifest, call, dryRun)
      show(manifest.resource, object as unknown as Json, 'replaced')
    })
  },
})

async function put(
  client: Client,
  manifest: Manifest,
  { values }: ReplaceCall,
  dryRun: DryRun,
): Promise<KubeObject> {
  const { resource, source } = manifest
  if (dryRun === 'client') return manifest.object
  const params = {
    ...placeOf(manifest),
    dryRun: dryRun === 'server',
    fieldManager: values.fieldManager,
    fieldValidation: readValidation(values.validate),
  }
  try {
    return await client.update(resource, await withVersion(client, manifest), params)
  } catch (error) {
    throw whileDoing(error, `error when replacing ${JSON.stringify(source)}`)
  }
}

/** A manifest that names no version replaces whatever there is. */
async function withVersion(client: Client, manifest: Manifest): Promise<KubeObject> {
  const { object, resource, name } = manifest
  if (object.metadata.resourceVersion !== undefined) return object
  const { metadata } = await client.get<KubeObject>(resource, name, placeOf(manifest))
  return metadata.resourceVersion === undefined
    ? object
    : { ...object, metadata: { ...object.metadata, resourceVersion: metadata.resourceVersion } }
}

async function recreate(
  client: Client,
  manifest: Manifest,
  { values, io }: ReplaceCall,
): Promise<KubeObject> {
  const { resource, name } = manifest
  try {
    await client.delete(resource, name, {
      ...placeOf(manifest),
      ...(values.gracePeriod >= 0 && { gracePeriodSeconds: values.gracePeriod }),
    })
    print(io, `${shownType(resource)} ${JSON.stringify(name)} deleted\n`)
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
  }
  return client.create(resource, manifest.object, { ...placeOf(manifest), fieldManager: values.fieldManager })
}
