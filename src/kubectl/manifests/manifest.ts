import type { Json, KubeObject } from '#schema/object'
import type { ResourceMapper } from '../discovery/mapper.ts'
import type { ApiResource } from '../discovery/resource.ts'
import { Failures } from '../failures.ts'
import { KubectlError } from '../fault.ts'
import type { Io } from '../io.ts'
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
  let count = 0
  for await (const { source, text } of readSources(options.files, options.isRecursive, options.io)) {
    await failures.during(async () => {
      for await (const value of readDocuments(source, text)) {
        for (const item of expanded(value, source, options)) {
          count += 1
          const manifest = await toManifest(item, source, options)
          await failures.ofVisits(() => visit(manifest))
        }
      }
    })
  }
  failures.rethrow()
  return count
}

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

/** A list's objects, or the one object. */
function expanded(
  value: Json,
  source: string,
  { validates = true }: ManifestOptions,
): Record<string, Json>[] {
  if (validates) checkForm(value, source)
  const object = value as Record<string, Json>
  const { items, kind } = object
  return Array.isArray(items) && typeof kind === 'string' && kind.endsWith('List')
    ? (items as Record<string, Json>[])
    : [object]
}

/** What kubectl looks at itself; the rest is the server's business. */
function checkForm(value: Json, source: string): void {
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value)
  const missing = isObject ? ['apiVersion', 'kind'].filter((field) => (value[field] ?? '') === '') : []
  const faults = isObject ? missing.map((field) => `${field} not set`) : ['invalid object to validate']
  if (faults.length === 0) return
  const words = faults.length === 1 ? faults[0] : `[${faults.join(', ')}]`
  throw new KubectlError(
    `error validating ${JSON.stringify(source)}: error validating data: ${words}; if you choose to ignore these errors, turn validation off with --validate=false`,
  )
}

async function toManifest(
  value: Record<string, Json>,
  source: string,
  { mapper, namespace, enforceNamespace }: ManifestOptions,
): Promise<Manifest> {
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
