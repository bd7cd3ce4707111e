import { type LabelSelectorObject, selectorOf, SelectorSyntaxError } from '#schema/label-selector'

/** A selector of an object as a cell of a table; undefined for one that means nothing. */
function readable(selector: LabelSelectorObject | undefined): string | undefined {
  try {
    return String(selectorOf(selector) ?? '')
  } catch (error) {
    if (error instanceof SelectorSyntaxError) return undefined
    throw error
  }
}

/** Whether what a selector says can be understood. */
export const isReadableSelector = (selector: LabelSelectorObject): boolean => readable(selector) !== undefined

/** The text of a selector in a table. */
export const selectorText = (selector: LabelSelectorObject | undefined): string => {
  const text = readable(selector)
  return text === undefined ? '<error>' : text || '<none>'
}
