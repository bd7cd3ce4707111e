import { isApiError } from '#base/errors'
import { type Flags, flag, stringKind } from '#base/flags'
import type { ResourceName } from '#client'
import type { Json, KubeObject } from '#schema/object'
import { type Call, defineCommand } from '../command.ts'
import { KubectlError, UsageError } from '../fault.ts'
import { doneShower } from '../show-done.ts'
import {
  dryRunFlag,
  dryRunNote,
  outputFlags,
  readDryRun,
  readValidation,
  validateFlag,
} from '../write-flags.ts'

/** Flags of all commands that create an object from flags. */
export const generatorFlags = {
  ...outputFlags,
  dryRun: dryRunFlag,
  fieldManager: flag(
    'field-manager',
    stringKind,
    'kubectl-create',
    'Name under which the server notes who wrote the fields.',
  ),
  validate: validateFlag,
} as const

/** What a command that creates an object from flags is. */
export interface Generator<F extends Flags> {
  readonly about: string
  readonly examples: string
  readonly usage: string
  readonly aliases?: readonly string[]
  readonly flags: F
  readonly resource: ResourceName & { readonly kind: string; readonly singular: string }
  /** What a refusal calls it: `configmap`; the server's own words stand alone without it. */
  readonly title?: string
  /** The object without its type. */
  readonly build: (name: string, call: Call<F & typeof generatorFlags>) => KubeObject | Promise<KubeObject>
}

/** Declares a command that creates an object from its flags. */
export function generator<F extends Flags>({ build, resource, title, flags, ...texts }: Generator<F>) {
  return defineCommand({
    ...texts,
    flags: { ...generatorFlags, ...flags },
    async run(call: Call<F & typeof generatorFlags>) {
      const { args, path, factory, io } = call
      const values = call.values as Call<typeof generatorFlags>['values']
      const [name] = args
      if (name === undefined || args.length > 1)
        throw new UsageError(path, `exactly one NAME is required, got ${args.length}`)
      const dryRun = readDryRun(values.dryRun)
      const { namespace, isGiven } = await factory.namespace()
      const object = placed(await build(name, call), resource, isGiven ? namespace : undefined)
      const show = doneShower({ io, ...values, note: dryRunNote(dryRun) })
      if (dryRun === 'client') {
        show(resource, object as unknown as Json, 'created')
        return
      }
      const client = await factory.client()
      const params = {
        ...(resource.namespaced && { namespace }),
        dryRun: dryRun === 'server',
        fieldManager: values.fieldManager,
        fieldValidation: readValidation(values.validate),
      }
      const made = await client.create(resource, object, params).catch((error: unknown) => {
        if (title === undefined || !isApiError(error)) throw error
        throw new KubectlError(`failed to create ${title}: ${error.message}`)
      })
      show(resource, made as unknown as Json, 'created')
    },
  })
}

/** Type, name and, where it was asked for, namespace. */
function placed(
  object: KubeObject,
  { kind, version, namespaced }: Generator<Flags>['resource'],
  namespace: string | undefined,
): KubeObject {
  // What no server has written has no time; upstream's generators show that.
  const metadata = {
    creationTimestamp: null,
    ...object.metadata,
    ...(namespaced && namespace !== undefined && { namespace }),
  }
  return { apiVersion: version, kind, ...object, metadata }
}

/** A core resource as the commands of `create` name it. */
export const coreResource = (kind: string, plural: string, namespaced = true) => ({
  group: '',
  version: 'v1',
  plural,
  namespaced,
  kind,
  singular: kind.toLowerCase(),
})
