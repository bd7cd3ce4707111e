import type { KubeObject } from '#schema/object'
import type { Factory } from '../factory.ts'
import type { Io } from '../io.ts'
import type { ApiResource } from '../discovery/resource.ts'
import { Failures } from '../failures.ts'
import { KubectlError } from '../fault.ts'
import { gather, objectsOf } from '../get/gather.ts'
import { visitManifests } from '../manifests/manifest.ts'
import { manifestsOf } from '../manifests/manifests-of.ts'
import { readWanted } from './wanted.ts'

/** An object that a command is to do something to. */
export interface Target {
  readonly resource: ApiResource
  readonly namespace: string | undefined
  readonly name: string
  /** The manifest that names it, if one does. */
  readonly source: string | undefined
}

/** The values of the flags that choose objects; commands have some of them. */
export interface TargetValues {
  readonly filename: readonly string[]
  readonly recursive: boolean
  readonly all?: boolean
  readonly selector?: string
  readonly fieldSelector?: string
  readonly allNamespaces?: boolean
}

/** A call of a command that chooses objects. */
export interface TargetCall {
  readonly values: TargetValues
  /** The words that name types and objects. */
  readonly args: readonly string[]
  readonly factory: Factory
  readonly io: Io
}

/** The objects, and what went wrong in finding them. */
export interface Targets {
  readonly targets: readonly Target[]
  readonly errors: readonly unknown[]
}

/** What a command line names: by files, by names, or by type and selector. @throws KubectlError when by nothing. */
export async function targetsOf(call: TargetCall): Promise<Targets> {
  const { values, args } = call
  if (values.filename.length > 0 && args.length > 0)
    throw new KubectlError(
      'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
    )
  if (values.filename.length > 0) return fromFiles(call)
  if (args.length === 0) throw nothingNamed()
  return { targets: await fromWords(call), errors: [] }
}

const nothingNamed = () =>
  new KubectlError(`You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`)

/** A file that cannot be read does not keep what others name. */
async function fromFiles(call: TargetCall): Promise<Targets> {
  const targets: Target[] = []
  const options = await manifestsOf(call, { validates: false })
  try {
    await visitManifests(options, async ({ resource, namespace: own, name, source }) => {
      targets.push({ resource, namespace: own, name, source })
    })
    return { targets, errors: [] }
  } catch (error) {
    return { targets, errors: error instanceof Failures ? error.errors : [error] }
  }
}

async function fromWords({ values, args, factory, io }: TargetCall): Promise<Target[]> {
  const wanted = await readWanted(args, await factory.mapper())
  const { namespace } = await factory.namespace()
  const named = wanted.filter((one) => one.name !== undefined)
  const { all = false, selector = '', fieldSelector = '', allNamespaces = false } = values
  const isSelected = all || selector !== '' || fieldSelector !== ''
  if (named.length > 0) {
    if (isSelected) throw new KubectlError('name cannot be provided when a selector is specified')
    if (allNamespaces) throw new KubectlError('a resource cannot be retrieved by name across all namespaces')
    return named.map(({ resource, name }) => ({
      ...placed(resource, namespace),
      name: name as string,
      source: undefined,
    }))
  }
  if (!isSelected) throw new KubectlError('resource(s) were provided, but no name was specified')
  const { found, errors } = await gather(wanted, {
    client: await factory.client(),
    signal: io.signal,
    namespace: allNamespaces ? undefined : namespace,
    labelSelector: selector,
    fieldSelector,
    subresource: '',
    chunkSize: 500,
    form: 'json',
    includeObject: false,
  })
  if (errors.length > 0) throw errors[0]
  return found.flatMap((one) => objectsOf([one]).map((object) => selected(one.wanted.resource, object)))
}

const placed = (resource: ApiResource, namespace: string) => ({
  resource,
  namespace: resource.namespaced ? namespace : undefined,
})

const selected = (resource: ApiResource, { metadata }: KubeObject): Target => ({
  resource,
  namespace: metadata.namespace,
  name: metadata.name ?? '',
  source: undefined,
})
