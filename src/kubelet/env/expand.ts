/** Replaces $(NAME) by what `lookUp` gives, $$ by $; a name that is not known stays as it is written. */
export function expand(text: string, lookUp: (name: string) => string | undefined): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, mark: string, name: string | undefined) =>
    mark === '$' ? '$' : (lookUp(name ?? '') ?? whole),
  )
}
