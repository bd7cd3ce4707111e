import { compareBytes } from '#base/byte-order'
import type { Conflict } from './apply.ts'
import type { Owner } from './owners.ts'
import { pathTexts } from './path-element.ts'

/** An owner as conflicts name it. Without its time: upstream leaves that out of what tells owners apart. */
function ownerText({ manager, subresource, operation, apiVersion }: Owner): string {
  const name = JSON.stringify(manager)
  const through = subresource === '' ? name : `${name} with subresource ${JSON.stringify(subresource)}`
  return operation === 'Update' ? `${through} using ${apiVersion}` : through
}

/** One field that an apply would take, and from whom. */
export interface ConflictCause {
  readonly reason: 'FieldManagerConflict'
  readonly message: string
  readonly field: string
}

/** What a refused apply says: one cause a field, and the whole in words. */
export function conflictText(conflicts: readonly Conflict[]): {
  message: string
  causes: readonly ConflictCause[]
} {
  const byOwner = conflicts
    .toSorted((a, b) => compareBytes(a.identity, b.identity))
    .map(({ owner, fields }) => ({
      owner: ownerText(owner),
      paths: Array.from(pathTexts(fields), ({ text }) => text),
    }))
  const causes = byOwner.flatMap(({ owner, paths }) =>
    paths.map(
      (field) => ({ reason: 'FieldManagerConflict', message: `conflict with ${owner}`, field }) as const,
    ),
  )
  const [only] = causes
  if (only && causes.length === 1) {
    return { message: `Apply failed with 1 conflict: ${only.message}: ${only.field}`, causes }
  }
  const lines = byOwner.flatMap(({ owner, paths }) => [
    `conflicts with ${owner}:`,
    ...paths.map((path) => `- ${path}`),
  ])
  return { message: `Apply failed with ${causes.length} conflicts: ${lines.join('\n')}`, causes }
}
