/** Descriptions by the name of a field. */
export type FieldTexts = Readonly<Record<string, string>>

/** Descriptions of a type's fields, where they say more than their names do elsewhere; '' is the type itself. */
export type TypeTexts = Readonly<Record<string, FieldTexts>>
