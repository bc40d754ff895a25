import { resolve } from 'node:path';
import ts from 'typescript';
import { ROOT } from './outline.ts';

/** What comments say of the fields of a schema, by path (`optimiser.momentum`); '' is the schema itself. */
export type Documentation = ReadonlyMap<string, string>;

/** Reads comments of zod's schemas where they are declared: the types of an object's shape lead back to its lines. */
export class Comments {
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;

  /** @param files TypeScript, from the repository's root */
  constructor(files: readonly string[]) {
    const config = resolve(ROOT, 'tsconfig.base.json');
    const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(config, ts.sys.readFile).config, ts.sys, ROOT);
    this.#program = ts.createProgram(files.map((file) => resolve(ROOT, file)), options); // prettier-ignore
    this.#checker = this.#program.getTypeChecker();
  }

  /**
   * Of a constant (an object of zod's schemas, or a schema), a function that gives a schema, or a type of an object.
   *
   * @throws Error where the file declares no such name
   */
  of(file: string, name: string): Documentation {
    const source = this.#program.getSourceFile(resolve(ROOT, file));
    const node = source?.statements
      .flatMap((one): readonly ts.Node[] => (ts.isVariableStatement(one) ? one.declarationList.declarations : [one]))
      .find((one) => (one as { name?: ts.Node }).name?.getText() === name);
    const symbol = node && this.#checker.getSymbolAtLocation((node as unknown as { name: ts.Node }).name);
    if (node === undefined || symbol === undefined) throw new Error(`${file} declares no ${name}`);
    const found = new Map<string, string>([['', this.#comment(symbol)]]);
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node))
      this.#walk(this.#checker.getDeclaredTypeOfSymbol(symbol), '', found);
    else {
      const type = this.#checker.getTypeOfSymbol(symbol);
      const given = type.getCallSignatures()[0]?.getReturnType() ?? type;
      const shapes = this.#shapes(given);
      for (const shape of shapes.length > 0 ? shapes : [given]) this.#walk(shape, '', found);
    }
    return found;
  }

  #walk(shape: ts.Type, path: string, found: Map<string, string>): void {
    for (const property of this.#checker.getPropertiesOfType(shape)) {
      const at = path === '' ? property.name : `${path}.${property.name}`;
      const text = [...new Set([...this.#named(property), this.#comment(property)])].filter((one) => one !== '').join(' '); // prettier-ignore
      const type = this.#checker.getTypeOfSymbol(property);
      const kind = property.name === 'kind' ? this.#literal(type) : undefined;
      // Of an object of several kinds, what each of them is.
      if (text !== '' && kind !== undefined)
        found.set(at, [found.get(at), `\`${kind}\`: ${text}`].filter(Boolean).join(' ')); // prettier-ignore
      else if (text !== '' && !found.has(at)) found.set(at, text);
      for (const inner of this.#shapes(type)) this.#walk(inner, at, found);
    }
  }

  /** The shapes of the objects that a schema's type holds: `ZodPrefault<ZodObject<Shape>>`, unions of them. */
  #shapes(type: ts.Type): readonly ts.Type[] {
    const name = type.symbol?.name ?? '';
    const inside = this.#checker.getTypeArguments(type as ts.TypeReference);
    if (name === 'ZodObject') return inside.slice(0, 1);
    if (!name.startsWith('Zod') && !this.#checker.isTupleType(type)) return [];
    return inside.flatMap((one) => this.#shapes(one));
  }

  /** The text that a schema of type `ZodLiteral` allows. */
  #literal(type: ts.Type): string | undefined {
    if (type.symbol?.name !== 'ZodLiteral') return undefined;
    const [value] = this.#checker.getTypeArguments(type as ts.TypeReference);
    return value?.isStringLiteral() === true ? value.value : undefined;
  }

  #comment(symbol: ts.Symbol): string {
    return ts.displayPartsToString(symbol.getDocumentationComment(this.#checker)).replaceAll(/\s+/g, ' ').trim();
  }

  /** Comments of what a field is made of: `views`, or `RUN_FIELDS.batch` in `RUN_FIELDS.batch.default(256)`. */
  #named(property: ts.Symbol): readonly string[] {
    // A property of a mapped type, as every shape of zod's is, has no value's declaration.
    const declared = property.valueDeclaration ?? property.declarations?.[0];
    if (declared === undefined) return [];
    if (ts.isShorthandPropertyAssignment(declared)) {
      const value = this.#checker.getShorthandAssignmentValueSymbol(declared);
      return value === undefined ? [] : [this.#comment(value)];
    }
    if (!ts.isPropertyAssignment(declared)) return [];
    let made = declared.initializer;
    const names: ts.Expression[] = [];
    for (;;) {
      if (ts.isCallExpression(made)) made = made.expression;
      else if (ts.isPropertyAccessExpression(made)) {
        names.push(made);
        made = made.expression;
      } else break;
    }
    if (ts.isIdentifier(made)) names.push(made);
    return names
      .map((one) => this.#checker.getSymbolAtLocation(one))
      .filter(
        (one) =>
          one !== undefined &&
          !(one.declarations ?? []).some((at) => at.getSourceFile().fileName.includes('node_modules')),
      ) // prettier-ignore
      .map((one) => this.#comment(one!));
  }
}

/** What the `//` comments of an object literal say of its fields, by path: `recipes.ts` has its sources there. */
export function literalComments(text: string, name: string): Documentation {
  const source = ts.createSourceFile('recipe.ts', text, ts.ScriptTarget.Latest, true);
  const literal = source.statements
    .flatMap((one) => (ts.isVariableStatement(one) ? [...one.declarationList.declarations] : []))
    .find((one) => one.name.getText() === name)?.initializer;
  if (literal === undefined || !ts.isObjectLiteralExpression(literal)) throw new Error(`there is no object ${name}`);
  const found = new Map<string, string>();
  const walk = (object: ts.ObjectLiteralExpression, path: string): void => {
    for (const property of object.properties) {
      if (property.name === undefined) continue;
      const at = path === '' ? property.name.getText() : `${path}.${property.name.getText()}`;
      const comments = (ts.getLeadingCommentRanges(text, property.getFullStart()) ?? [])
        .map(({ pos, end }) => text.slice(pos, end))
        .filter((comment) => comment.startsWith('//'))
        .map((comment) => comment.slice(2).trim());
      if (comments.length > 0) found.set(at, comments.join(' '));
      if (ts.isPropertyAssignment(property) && ts.isObjectLiteralExpression(property.initializer))
        walk(property.initializer, at);
    }
  };
  walk(literal, '');
  return found;
}
