import type { HandRule } from '#schema/default'
import type { CustomResourceDefinition, CustomResourceDefinitionSpec } from '../gen/apiextensions-v1.ts'

function definition(value: CustomResourceDefinition): void {
  const storage = value.spec.versions?.find((version) => version.storage)
  if (!storage || (value.status?.storedVersions ?? []).length > 0) return
  value.status = { ...value.status, storedVersions: [storage.name] }
}

function spec({ names }: CustomResourceDefinitionSpec): void {
  names.singular ||= names.kind.toLowerCase()
  if (names.kind !== '') names.listKind ||= `${names.kind}List`
}

const prefix = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.'

/** Defaults of apiextensions.k8s.io that no table can tell. */
export const apiextensionsDefaults: Readonly<Record<string, HandRule>> = {
  [`${prefix}CustomResourceDefinition`]: { after: definition },
  [`${prefix}CustomResourceDefinitionSpec`]: { before: spec },
}
