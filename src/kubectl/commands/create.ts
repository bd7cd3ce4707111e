import { boolKind, flag, stringKind } from '#base/flags'
import type { Json } from '#schema/object'
import { withLastApplied } from '../apply/last-applied.ts'
import { type Call, type CommandGroup, defineCommand } from '../command.ts'
import { whileDoing } from '../error-text.ts'
import { KubectlError, UsageError } from '../fault.ts'
import { visitManifests } from '../manifests/manifest.ts'
import { manifestsOf } from '../manifests/manifests-of.ts'
import { withNamespace } from '../manifests/with-namespace.ts'
import { placeOf } from '../resources/place-of.ts'
import { doneShower } from '../show-done.ts'
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
    'kubectl-create',
    'Name under which the server notes who wrote the fields.',
  ),
  edit: flag('edit', boolKind, false, 'Not supported.', { hidden: true }),
  saveConfig: flag('save-config', boolKind, false, 'Note what was created, so that it can be applied later.'),
  selector: flag('selector', stringKind, '', 'Only objects whose labels fit: key1=value1,key2 in (a,b).', {
    short: 'l',
  }),
} as const

type CreateCall = Call<typeof flags>

const fromFiles = defineCommand({
  about: 'Create objects from files or standard input, in JSON or YAML, or of a kind by its own command.',
  examples: `# Create the pod of a file
kubectl create -f ./pod.yaml

# Create what standard input says
kubectl create -f - < pod.yaml

# Show what the server would make of it
kubectl create -f ./pod.yaml --dry-run=server -o yaml`,
  usage: '-f FILENAME [options]',
  flags,
  async run(call) {
    const { values, args, path } = call
    if (args.length > 0) throw new UsageError(path, `Unexpected args: [${args.join(' ')}]`)
    if (values.filename.length === 0) throw new KubectlError('must specify one of -f and -k')
    if (values.edit)
      throw new KubectlError(
        '--edit is not supported: edit the file first, or the object after with kubectl edit',
      )
    await createAll(call)
  },
})

async function createAll(call: CreateCall): Promise<void> {
  const { values, factory, io } = call
  const dryRun = readDryRun(values.dryRun)
  const validation = readValidation(values.validate)
  const client = await factory.client()
  const show = doneShower({ io, ...values, note: dryRunNote(dryRun) })
  const count = await visitManifests(
    await manifestsOf(call, { validates: validation !== 'Ignore', selector: values.selector }),
    async (manifest) => {
      const { resource, source, object: given } = withNamespace(manifest)
      const object = values.saveConfig ? withLastApplied(given) : given
      const made = await sent(dryRun, source, () =>
        client.create(resource, object, {
          ...placeOf(manifest),
          dryRun: dryRun === 'server',
          fieldManager: values.fieldManager,
          fieldValidation: validation,
        }),
      )
      show(resource, (made ?? object) as unknown as Json, 'created')
    },
  )
  if (count === 0) throw new KubectlError('no objects passed to create')
}

async function sent<T>(dryRun: DryRun, source: string, send: () => Promise<T>): Promise<T | undefined> {
  if (dryRun === 'client') return undefined
  try {
    return await send()
  } catch (error) {
    throw whileDoing(error, `error when creating ${JSON.stringify(source)}`)
  }
}

/** `kubectl create`, with a command for each of the kinds that people make most. */
export const create: CommandGroup = {
  about: fromFiles.about,
  own: fromFiles,
  commands: {
    configmap: {
      about: 'Create a config map from files or literal values',
      aliases: ['cm'],
      load: async () => (await import('../create/config-map.ts')).configMap,
    },
    namespace: {
      about: 'Create a namespace',
      aliases: ['ns'],
      load: async () => (await import('../create/simple.ts')).namespace,
    },
    secret: {
      about: 'Create a secret by one of its commands',
      load: async () => (await import('../create/secret.ts')).secret,
    },
    service: {
      about: 'Create a service by one of its commands',
      aliases: ['svc'],
      load: async () => (await import('../create/service.ts')).service,
    },
    serviceaccount: {
      about: 'Create a service account',
      aliases: ['sa'],
      load: async () => (await import('../create/simple.ts')).serviceAccount,
    },
  },
}
