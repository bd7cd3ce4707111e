import { LabelSelector, parseLabelSelector } from '#schema/label-selector'
import type { Json, KubeObject } from '#schema/object'
import type { ResourceMapper } from '../discovery/mapper.ts'
import type { ApiResource } from '../discovery/resource.ts'
import { Failures } from '../failures.ts'
import { KubectlError } from '../fault.ts'
import type { Io } from '../io.ts'
import { checkMetadata } from './check-metadata.ts'
import { readDocuments } from './documents.ts'
import { readSources } from './sources.ts'

/** An object from a manifest, with the resource that it is one of and the namespace that it goes to. */
export interface Manifest {
  readonly source: string
  readonly resource: ApiResource
  /** Undefined for objects outside namespaces. */
  readonly namespace: string | undefined
  /** '' with generateName. */
  readonly name: string
  readonly object: KubeObject
}

/** What is needed to understand manifests. */
export interface ManifestOptions {
  readonly files: readonly string[]
  readonly isRecursive: boolean
  readonly io: Io
  readonly mapper: ResourceMapper
  /** Where objects go that name no namespace. */
  readonly namespace: string
  /** True: the namespace was asked for, and objects that name another one are refused. */
  readonly enforceNamespace: boolean
  /** False with --validate=false. */
  readonly validates?: boolean
  /** Objects whose labels do not fit are passed over. */
  readonly selector?: string
}

/**
 * Calls `visit` for the objects of all manifests, one after another. What is wrong with one does not stop the others.
 * @returns how many there were
 * @throws Failures, or the one thing that went wrong
 */
export async function visitManifests(
  options: ManifestOptions,
  visit: (manifest: Manifest) => Promise<void>,
): Promise<number> {
  const failures = new Collected()
  const selector = readSelector(options.selector)
  let count = 0
  for await (const { source, text } of readSources(options.files, options.isRecursive, options.io)) {
    await failures.during(async () => {
      for await (const value of readDocuments(source, text)) {
        for (const item of expanded(value, source, options)) {
          if (!selector.matches(labelsOf(item))) continue
          count += 1
          await failures.during(async () => {
            const manifest = await toManifest(item, source, options)
            await failures.ofVisits(() => visit(manifest))
          })
        }
      }
    })
  }
  failures.rethrow()
  return count
}

function readSelector(text = ''): LabelSelector {
  try {
    return parseLabelSelector(text)
  } catch (error) {
    throw new KubectlError(
      `the provided selector ${JSON.stringify(text)} is not valid: ${(error as Error).message}`,
    )
  }
}

const labelsOf = (item: Record<string, Json>) =>
  (item as { metadata?: { labels?: Record<string, string> } }).metadata?.labels ?? {}

/** Keeps errors: those of reading apart from those of visits, because upstream tells visits first. */
class Collected {
  readonly #reading: unknown[] = []
  readonly #visits: unknown[] = []

  async during(run: () => Promise<void>): Promise<void> {
    await run().catch((error: unknown) => void this.#reading.push(error))
  }

  async ofVisits(run: () => Promise<void>): Promise<void> {
    await run().catch((error: unknown) => void this.#visits.push(error))
  }

  rethrow(): void {
    Failures.throwIfAny([...this.#visits, ...this.#reading])
  }
}

/** A list's objects, or the one object. @throws KubectlError for what has not the form of an object. */
function expanded(
  value: Json,
  source: string,
  { validates = true }: ManifestOptions,
): Record<string, Json>[] {
  const object = value as Record<string, Json>
  const { items, kind } = isMembers(value) ? object : {}
  const isList = Array.isArray(items) && typeof kind === 'string' && kind.endsWith('List')
  const objects = isList ? (items as Record<string, Json>[]) : [object]
  // Upstream looks at all objects of a list before it begins with the first.
  if (validates) for (const one of isList ? [object, ...objects] : objects) checkForm(one, source)
  return objects
}

const isMembers = (value: Json): value is Record<string, Json> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** What kubectl looks at itself; the rest is the server's business. */
function checkForm(value: Json, source: string): void {
  const faults = isMembers(value) ? typeFaults(value) : ['invalid object to validate']
  if (faults.length === 0) return
  const words = faults.length === 1 ? faults[0] : `[${faults.join(', ')}]`
  throw new KubectlError(
    `error validating ${JSON.stringify(source)}: error validating data: ${words}; if you choose to ignore these errors, turn validation off with --validate=false`,
  )
}

function typeFaults(value: Record<string, Json>): string[] {
  const faults = ['apiVersion', 'kind'].flatMap((field) => {
    const given = value[field] ?? ''
    if (given === '') return [`${field} not set`]
    return typeof given === 'string' ? [] : [`${field} isn't string type`]
  })
  if (faults.length > 0) return faults
  const version = value['apiVersion'] as string
  return version.split('/').length > 2 ? [`unexpected GroupVersion string: ${version}`] : []
}

async function toManifest(
  value: Record<string, Json>,
  source: string,
  { mapper, namespace, enforceNamespace }: ManifestOptions,
): Promise<Manifest> {
  checkMetadata(value['metadata'], source)
  const object = value as unknown as Manifest['object']
  const { name = '', namespace: own = '' } = object.metadata ?? {}
  const resource = await resourceOf(object, name, own, source, mapper)
  if (!resource.namespaced) return { source, resource, namespace: undefined, name, object }
  if (enforceNamespace && own !== '' && own !== namespace) throw otherNamespace(own, namespace)
  return { source, resource, namespace: own === '' ? namespace : own, name, object }
}

async function resourceOf(
  { apiVersion, kind }: KubeObject,
  name: string,
  namespace: string,
  source: string,
  mapper: ResourceMapper,
): Promise<ApiResource> {
  if (kind === undefined || kind === '')
    throw new KubectlError(`unable to decode ${JSON.stringify(source)}: Object 'Kind' is missing`)
  try {
    return await mapper.byKind(apiVersion ?? '', kind)
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    throw new KubectlError(
      `resource mapping not found for name: ${JSON.stringify(name)} namespace: ${JSON.stringify(namespace)} from ${JSON.stringify(source)}: ${error.message}`,
    )
  }
}

const otherNamespace = (own: string, wanted: string) =>
  new KubectlError(
    `the namespace from the provided object ${JSON.stringify(own)} does not match the namespace ${JSON.stringify(wanted)}. You must pass '--namespace=${own}' to perform this operation.`,
  )
