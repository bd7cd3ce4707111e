import { boolKind, flag, stringKind } from '#base/flags'
import type { Json } from '#schema/object'
import { applyOne } from '../apply/apply-one.ts'
import { applyOnServer } from '../apply/apply-on-server.ts'
import { type Call, type CommandGroup, defineCommand } from '../command.ts'
import { KubectlError, UsageError } from '../fault.ts'
import { complain } from '../io.ts'
import { type Manifest, visitManifests } from '../manifests/manifest.ts'
import { manifestsOf } from '../manifests/manifests-of.ts'
import { withNamespace } from '../manifests/with-namespace.ts'
import { doneShower } from '../show-done.ts'
import {
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
    'kubectl-client-side-apply',
    'Name under which the server notes who wrote the fields.',
  ),
  force: flag('force', boolKind, false, 'Delete and create anew what cannot be changed.'),
  forceConflicts: flag(
    'force-conflicts',
    boolKind,
    false,
    'With --server-side, take over fields that others manage.',
  ),
  selector: flag('selector', stringKind, '', 'Only objects whose labels fit: key1=value1,key2 in (a,b).', {
    short: 'l',
  }),
  prune: flag('prune', boolKind, false, 'Not supported.', { hidden: true }),
  serverSide: flag('server-side', boolKind, false, 'Let the server do the merging.'),
} as const

type ApplyCall = Call<typeof flags>

const fromFiles = defineCommand({
  about: `Make objects what files or standard input say, in JSON or YAML. What is not there is created.

What was applied is noted in an annotation. Fields that a later manifest leaves out are removed; fields that others have
set stay.`,
  examples: `# Apply the manifest of a pod
kubectl apply -f ./pod.yaml

# Apply all manifests of a folder
kubectl apply -f ./manifests/

# Apply what standard input says
kubectl apply -f - < pod.yaml`,
  usage: '-f FILENAME [options]',
  flags,
  async run(call) {
    const { values, args, path } = call
    if (args.length > 0) throw new UsageError(path, `Unexpected args: [${args.join(' ')}]`)
    if (values.filename.length === 0) throw new KubectlError('must specify one of -f and -k')
    if (values.forceConflicts && !values.serverSide)
      throw new KubectlError('--force-conflicts only works with --server-side')
    if (values.force && values.serverSide) throw new KubectlError('--force cannot be used with --server-side')
    if (values.prune)
      throw new KubectlError('--prune is not supported: delete what is no longer wanted with kubectl delete')
    await applyAll(call)
  },
})

async function applyAll(call: ApplyCall): Promise<void> {
  const { values, given, factory, io } = call
  const dryRun = readDryRun(values.dryRun)
  const options = {
    client: await factory.client(),
    dryRun,
    validation: readValidation(values.validate),
    force: values.force,
    forceConflicts: values.forceConflicts,
    fieldManager: values.serverSide && !given.has('field-manager') ? 'kubectl' : values.fieldManager,
    warn: (text: string) => complain(io, `Warning: ${text}\n`),
  }
  const show = doneShower({ io, ...values, note: dryRunNote(dryRun) })
  const count = await visitManifests(
    await manifestsOf(call, { validates: options.validation !== 'Ignore', selector: values.selector }),
    async (found) => {
      const manifest = withNamespace(checked(found))
      const { object, done } = values.serverSide
        ? await applyOnServer(manifest, options)
        : await applyOne(manifest, options)
      show(manifest.resource, object as unknown as Json, done)
    },
  )
  if (count === 0) throw new KubectlError('no objects passed to apply')
}

function checked(manifest: Manifest): Manifest {
  const { generateName } = manifest.object.metadata
  if (generateName === undefined || manifest.name !== '') return manifest
  throw new KubectlError(`from ${generateName}: cannot use generate name with apply`)
}

/** `kubectl apply`. */
export const apply: CommandGroup = {
  about: fromFiles.about,
  own: fromFiles,
  commands: {
    'view-last-applied': {
      about: 'Show what was applied last',
      load: async () => (await import('./view-last-applied.ts')).viewLastApplied,
    },
  },
}
