import { type FieldError, fieldForbidden, invalid, notSupported, required } from '#base/field-error'
import { equal } from '#schema/equal'
import { subdomainFaults } from '#schema/name-rules'
import type {
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
  CustomResourceValidation,
} from '../gen/apiextensions-v1.ts'
import { internalForm } from '../internal-form.ts'
import { conversionErrors } from './conversion-errors.ts'
import { definitionNameErrors, labelErrors, missingNameErrors } from './definition-name-errors.ts'
import { isUnsupported, schemaErrors } from './schema-errors.ts'
import { someSchema } from './schema-parts.ts'
import { structuralErrors } from './structural-errors.ts'
import { columnErrors, selectableErrors, subresourceErrors, warningErrors } from './version-errors.ts'

const typeName = (name: string) => `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.${name}`
const scopes = ['Cluster', 'Namespaced']

/** What upstream judges once, at the spec itself, when all versions say the same of it. */
const hoistable = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const
type Hoistable = (typeof hoistable)[number]
type Part = Pick<CustomResourceDefinitionVersion, Hoistable>

function split({ versions: [first, ...others] }: CustomResourceDefinitionSpec): ReadonlySet<Hoistable> {
  const isSame = (name: Hoistable) => others.every((one) => equal(one[name], first?.[name]))
  return new Set(hoistable.filter(isSame))
}

const only = (version: CustomResourceDefinitionVersion, isWanted: (name: Hoistable) => boolean): Part =>
  Object.fromEntries(hoistable.filter(isWanted).map((name) => [name, version[name]]))

function* groupErrors(group: string): Iterable<FieldError> {
  const faults = subdomainFaults(group)
  if (group === '') yield required('spec.group')
  else if (faults.length > 0) yield invalid('spec.group', group, faults.join(','))
  else if (!group.includes('.')) {
    yield invalid('spec.group', group, 'should be a domain with at least one dot')
  }
}

function* scopeErrors(scope: string): Iterable<FieldError> {
  if (scope === '') yield required('spec.scope')
  else if (!scopes.includes(scope)) yield notSupported('spec.scope', scope, scopes)
}

function* validationErrors(
  { openAPIV3Schema: schema }: CustomResourceValidation,
  hasStatus: boolean,
  path: string,
): Iterable<FieldError> {
  if (!schema) return
  const at = `${path}.openAPIV3Schema`
  if (hasStatus && (schema.type ?? 'object') !== 'object') {
    const text =
      'only "object" is allowed as the type at the root of the schema if the status subresource is enabled'
    yield invalid(`${at}.type`, schema.type, text)
  }
  if (schema.nullable) yield fieldForbidden(`${at}.nullable`, 'nullable cannot be true at the root')
  if (!someSchema(schema, isUnsupported)) yield* structuralErrors(schema, at)
  yield* schemaErrors(schema, at)
}

/** Everything wrong with what a version, or all of them, say of schema, subresources, columns and selection. */
function* partErrors(part: Part, hasStatus: boolean, path: string, schemaPath: string): Iterable<FieldError> {
  if (part.schema) yield* validationErrors(part.schema, hasStatus, schemaPath)
  if (part.subresources) yield* subresourceErrors(part.subresources, `${path}.subresources`)
  for (const [i, column] of (part.additionalPrinterColumns ?? []).entries()) {
    yield* columnErrors(column, `${path}.additionalPrinterColumns[${i}]`)
  }
}

function* selectionErrors(part: Part, whole: CustomResourceDefinitionVersion, path: string) {
  const schema = whole.schema?.openAPIV3Schema
  if (!schema || !part.selectableFields) return
  yield* selectableErrors(part.selectableFields, schema, `${path}.selectableFields`)
}

function* versionErrors(spec: CustomResourceDefinitionSpec): Iterable<FieldError> {
  const { versions } = spec
  const hoisted = split(spec)
  for (const [i, version] of versions.entries()) {
    const path = `spec.versions[${i}]`
    yield* labelErrors(`${path}.name`, version.name)
    yield* warningErrors(version, `${path}.deprecationWarning`)
    const own = only(version, (name) => !hoisted.has(name))
    yield* partErrors(own, version.subresources?.status !== undefined, path, `${path}.schema`)
    yield* selectionErrors(own, version, path)
  }
  const shown = versions.map((one) =>
    internalForm(typeName('CustomResourceDefinitionVersion'), without(one, hoisted)),
  )
  const names = new Set(versions.map(({ name }) => name))
  if (names.size < versions.length) {
    yield invalid('spec.versions', shown, 'must contain unique version names')
  }
  if (versions.filter(({ storage }) => storage).length !== 1) {
    const text = 'must have exactly one version marked as storage version'
    yield invalid('spec.versions', versions.length > 0 ? shown : null, text)
  }
  const first = versions[0]?.name ?? ''
  if (first !== '') yield* labelErrors('spec.version', first)
}

const without = (version: CustomResourceDefinitionVersion, hoisted: ReadonlySet<Hoistable>) =>
  Object.fromEntries(Object.entries(version).filter(([name]) => !hoisted.has(name as Hoistable)))

function* sharedErrors(spec: CustomResourceDefinitionSpec): Iterable<FieldError> {
  const [first] = spec.versions
  if (!first) return
  const hoisted = split(spec)
  const common = only(first, (name) => hoisted.has(name))
  const hasStatus = spec.versions.some(({ subresources }) => subresources?.status !== undefined)
  yield* partErrors(common, hasStatus, 'spec', 'spec.validation')
  yield* selectionErrors(common, first, 'spec')
}

function* unknownFieldErrors(spec: CustomResourceDefinitionSpec): Iterable<FieldError> {
  for (const [i, { schema }] of spec.versions.entries()) {
    if (schema?.openAPIV3Schema) continue
    yield required(`spec.versions[${i}].schema.openAPIV3Schema`, 'schemas are required')
  }
  const hasDefault = spec.versions.some(({ schema }) =>
    someSchema(schema?.openAPIV3Schema, (one) => one.default !== undefined),
  )
  if (!hasDefault || !spec.preserveUnknownFields) return
  const text = 'must be false in order to use defaults in the schema'
  yield invalid('spec.preserveUnknownFields', true, text)
}

/** Everything wrong with what a definition defines. */
export function* definitionErrors(spec: CustomResourceDefinitionSpec): Iterable<FieldError> {
  yield* groupErrors(spec.group)
  yield* scopeErrors(spec.scope)
  yield* unknownFieldErrors(spec)
  yield* versionErrors(spec)
  yield* missingNameErrors(spec.names, 'spec.names')
  yield* definitionNameErrors(spec.names, 'spec.names')
  yield* sharedErrors(spec)
  const { conversion, preserveUnknownFields } = spec
  if (!conversion) return
  if (conversion.strategy !== 'None' && preserveUnknownFields) {
    const text = 'must be None if spec.preserveUnknownFields is true'
    yield invalid('spec.conversion.strategy', conversion.strategy, text)
  }
  yield* conversionErrors(conversion)
}
