import type { ParamKind } from '../gen/admissionregistration-v1.ts'

/** The kind of a policy's parameters in a table. */
export const paramKindText = (kind: ParamKind | undefined): string =>
  kind === undefined ? '<unset>' : `${kind.apiVersion ?? ''}/${kind.kind ?? ''}`
