import { boolKind, flag, intKind, stringKind } from '#base/flags'
import { isApiError } from '#base/errors'
import type { KubeObject } from '#schema/object'
import { type Call, defineCommand } from '../command.ts'
import { describe as describeObject } from '../describe/describers.ts'
import { Failures } from '../failures.ts'
import { KubectlError } from '../fault.ts'
import { type GatherOptions, gather, objectsOf } from '../get/gather.ts'
import { complain, print } from '../io.ts'
import { visitManifests } from '../manifests/manifest.ts'
import { manifestsOf } from '../manifests/manifests-of.ts'
import { type Wanted, readWanted } from '../resources/wanted.ts'
import { fileFlags } from '../write-flags.ts'

const flags = {
  ...fileFlags,
  allNamespaces: flag('all-namespaces', boolKind, false, 'Describe the objects of all namespaces.', {
    short: 'A',
  }),
  chunkSize: flag(
    'chunk-size',
    intKind,
    500,
    'Fetch long lists in pages of this many objects; 0 fetches them whole.',
  ),
  selector: flag('selector', stringKind, '', 'Describe only objects whose labels fit.', { short: 'l' }),
  showEvents: flag('show-events', boolKind, true, 'Show what happened to the objects.'),
} as const

type DescribeCall = Call<typeof flags>

/** `kubectl describe`. */
export const describe = defineCommand({
  about: `Show an object for people: what it is, what belongs to it, and what happened to it.

When there is no object of the name, those are shown whose names begin with it.`,
  examples: `# Describe a node
kubectl describe nodes n1

# Describe a pod
kubectl describe pods/web

# Describe all pods with a label
kubectl describe pods -l app=web`,
  usage: '(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME) [options]',
  flags,
  async run(call) {
    const { values, factory, io } = call
    const client = await factory.client()
    const { objects, errors, isByPrefix } = await objectsWanted(call)
    const texts: string[] = []
    for (const object of objects) {
      texts.push(await describeObject(object, client, io.clock.now(), values.showEvents))
    }
    print(io, isByPrefix ? texts.map((text) => `${text}\n`).join('') : texts.join('\n\n'))
    if (objects.length === 0 && errors.length === 0) complain(io, await nothingFound(call))
    Failures.throwIfAny(errors)
  },
})

interface Found {
  readonly objects: KubeObject[]
  readonly errors: unknown[]
  /** True when names were taken for the beginnings of names. */
  isByPrefix: boolean
}

async function objectsWanted(call: DescribeCall): Promise<Found> {
  const wanted = await wantedOf(call)
  const options = await gatherOptions(call)
  const all: Found = { objects: [], errors: [], isByPrefix: false }
  for (const one of wanted) {
    const { found, errors } = await gather([one], options)
    const prefixed = errors.every((error) => isApiError(error, 'NotFound')) && errors.length > 0
    const near = prefixed && one.name !== undefined ? await beginningWith(one, options) : []
    all.objects.push(...objectsOf(found), ...near)
    if (near.length === 0) all.errors.push(...errors)
    else all.isByPrefix = true
  }
  return all
}

async function wantedOf(call: DescribeCall): Promise<Wanted[]> {
  const { args, values, factory } = call
  if (values.filename.length > 0) {
    const wanted: Wanted[] = []
    await visitManifests(
      await manifestsOf(call),
      async ({ resource, name }) => void wanted.push({ resource, name }),
    )
    return wanted
  }
  if (args.length === 0)
    throw new KubectlError(
      'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
    )
  const wanted = await readWanted(args, await factory.mapper())
  if (values.selector !== '' && wanted.some(({ name }) => name !== undefined))
    throw new KubectlError('name cannot be provided when a selector is specified')
  return wanted
}

async function gatherOptions({ values, factory, io }: DescribeCall): Promise<GatherOptions> {
  const { namespace } = await factory.namespace()
  return {
    client: await factory.client(),
    signal: io.signal,
    namespace: values.allNamespaces ? undefined : namespace,
    labelSelector: values.selector,
    fieldSelector: '',
    subresource: '',
    chunkSize: values.chunkSize,
    form: 'json',
    includeObject: false,
  }
}

async function beginningWith({ resource, name = '' }: Wanted, options: GatherOptions): Promise<KubeObject[]> {
  const { found } = await gather([{ resource, name: undefined }], options)
  return objectsOf(found).filter(({ metadata }) => (metadata.name ?? '').startsWith(name))
}

async function nothingFound({ values, factory }: DescribeCall): Promise<string> {
  const { namespace } = await factory.namespace()
  return `No resources found${values.allNamespaces ? '' : ` in ${namespace} namespace.`}\n`
}
