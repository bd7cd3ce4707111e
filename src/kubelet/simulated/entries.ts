import { type Image, RuntimeFault, type RuntimeFilter } from '../contract.ts'

/** What containerd says of an id that it does not know. */
export const gone = (what: string, id: string): RuntimeFault =>
  new RuntimeFault('notFound', `an error occurred when try to find ${what} "${id}": not found`, {
    grpcCode: 'NotFound',
  })

/** An image as it would be listed. */
export const simulatedImage = (name: string): Image => ({
  id: `sha256:${name
    .replaceAll(/[^a-z0-9]/g, '')
    .padEnd(64, '0')
    .slice(0, 64)}`,
  repoTags: [name],
  repoDigests: [],
  sizeBytes: 1_000_000,
  uid: undefined,
  username: '',
  pinned: false,
})

interface Listed {
  readonly id: string
  readonly sandboxId?: string
  readonly labels: Readonly<Record<string, string>>
}

/** Copies of the entries that a filter lets through. */
export function matching<T extends Listed>(
  entries: Iterable<T>,
  { id, sandboxId, labels }: RuntimeFilter,
): T[] {
  const wanted = Object.entries(labels ?? {})
  const found: T[] = []
  for (const one of entries) {
    if (id !== undefined && one.id !== id) continue
    if (sandboxId !== undefined && one.sandboxId !== sandboxId) continue
    if (wanted.every(([key, value]) => one.labels[key] === value)) found.push({ ...one })
  }
  return found
}
