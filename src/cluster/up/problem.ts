/** Something that the user must put right, in words that say how; shown without a stack. */
export class Problem extends Error {
  override readonly name = 'Problem'
}
