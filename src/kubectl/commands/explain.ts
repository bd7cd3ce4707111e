import { boolKind, flag, stringKind } from '#base/flags'
import type { Client } from '#client'
import { type Call, defineCommand } from '../command.ts'
import type { ApiResource } from '../discovery/resource.ts'
import { body, head } from '../explain/page.ts'
import { type Schema, type Schemas, fieldAt } from '../explain/schema.ts'
import { KubectlError } from '../fault.ts'
import { print } from '../io.ts'

const flags = {
  apiVersion: flag('api-version', stringKind, '', 'Explain this version: group/version.'),
  output: flag('output', stringKind, 'plaintext', 'Format; only plaintext.', { short: 'o' }),
  recursive: flag('recursive', boolKind, false, 'Show all fields below, with their types only.'),
} as const

/** `kubectl explain`. */
export const explain = defineCommand({
  about: `Tell what a type or a field is, as the server describes it.

A field is named by its path: TYPE.FIELD.FIELD`,
  examples: `# Explain pods
kubectl explain pods

# Explain one field
kubectl explain pods.spec.containers`,
  usage: 'TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [--output=plaintext] [options]',
  flags,
  async run(call) {
    const { args, values, factory, io } = call
    if (values.output !== 'plaintext')
      throw new KubectlError(`unrecognized format: ${values.output}. Valid values are: [plaintext]`)
    if (args.length === 0)
      throw new KubectlError(
        'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
      )
    if (args.length > 1) throw new KubectlError('We accept only this format: explain RESOURCE')
    const [word = '', ...path] = (args[0] as string).replace(/\.$/, '').split('.')
    const resource = await resourceOf(call, word)
    const { group, kind, version } = resource
    const schemas = await schemasOf(await factory.client(), resource)
    const root = rootOf(schemas, resource)
    print(io, head(group, kind, version))
    const schema = fieldAt(root, path, schemas)
    print(io, body(schema, path.at(-1), schemas, values.recursive))
  },
})

async function resourceOf({ values, factory }: Call<typeof flags>, word: string): Promise<ApiResource> {
  const mapper = await factory.mapper()
  const found = await mapper.byWord(word).catch((error: unknown) => {
    throw error instanceof KubectlError ? new KubectlError(error.message, { isPrefixed: false }) : error
  })
  if (values.apiVersion === '') return found
  const [group, version] = values.apiVersion.includes('/')
    ? (values.apiVersion.split('/') as [string, string])
    : ['', values.apiVersion]
  const versioned = mapper.discovery.resources.find(
    (one) => one.plural === found.plural && one.group === group && one.version === version,
  )
  if (versioned) return versioned
  const type = `${group}/${version}, Resource=${found.plural}`
  throw new KubectlError(`couldn't find resource for ${JSON.stringify(type)}`)
}

interface Index {
  readonly paths: Readonly<Record<string, { readonly serverRelativeURL: string }>>
}

async function schemasOf(client: Client, { group, version }: ApiResource): Promise<Schemas> {
  const path = group === '' ? `api/${version}` : `apis/${group}/${version}`
  const { paths } = (await client.raw('GET', '/openapi/v3')) as Index
  const url = paths[path]?.serverRelativeURL
  if (url === undefined) throw new KubectlError(`the server has no description of ${path}`)
  const { components } = (await client.raw('GET', url)) as { components: { schemas: Schemas } }
  return components.schemas
}

function rootOf(schemas: Schemas, { group, version, kind }: ApiResource): Schema {
  const found = Object.values(schemas).find((schema) =>
    schema['x-kubernetes-group-version-kind']?.some(
      (one) => one.group === group && one.version === version && one.kind === kind,
    ),
  )
  if (found) return found
  throw new KubectlError(`the server has no description of ${kind}`)
}
