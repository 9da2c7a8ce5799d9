// The database of the ABAP runtime: SQLite in memory, with the client handling that Open SQL of SAP has by itself.
import {SQLiteDatabaseClient} from "@abaplint/database-sqlite";

export const CLIENT = "100";

// Open SQL of SAP ignores what a work area holds in its client field.
const workAreaClient = /^("?mandt"?) *= *'[^']*'(?= AND |$)/i;
const ownClient = (where) => where.replace(workAreaClient, `$1 = '${CLIENT}'`);

// The base class changes SELECT statements by patterns, within literals too; nothing matches hexadecimal digits.
const hideLiterals = (sql) => sql.replace(/'(?:[^']|'')*'/g, (literal) => {
  if (!/[~%() a-z]/i.test(literal)) return literal;
  const text = Buffer.from(literal.slice(1, -1).replace(/''/g, "'"));
  return `CAST(x'${text.toString("hex")}' AS TEXT)`;
});

// SQLite takes a name in double quotes for a text where there is no such column; one in brackets it does not.
const asNames = (sql) => sql.replace(/'(?:[^']|'')*'|"(\w+)"/g, (found, name) => name ? `[${name}]` : found);

class SapClient extends SQLiteDatabaseClient {
  /** Called at each COMMIT WORK that has something to commit, and at the end of the session. */
  onCommit = () => {};

  async connect() {
    await super.connect();
    this.sqlite.run("PRAGMA case_sensitive_like = ON"); // as LIKE of Open SQL, and CP of a range
    const exec = this.sqlite.exec.bind(this.sqlite);
    this.sqlite.exec = (sql) => {
      this.refused = undefined;
      try {
        return exec(asNames(sql));
      } catch (error) {
        if (!/constraint failed/.test(error.message)) this.refused = error;
        throw error;
      }
    };
  }

  /** The base class takes each failure for a row that is not there, also of a statement that SAP would not compile. */
  async written(work) {
    const result = await work;
    if (this.refused) throw this.refused;
    return result;
  }

  async insert(options) {
    const at = options.columns.indexOf("mandt");
    if (at >= 0) options.values[at] = `'${CLIENT}'`;
    return this.written(super.insert(options));
  }

  async update(options) {
    const set = options.set.filter((assignment) => !/^"?mandt"? *=/i.test(assignment));
    // A row that has nothing but its key is updated by being there.
    return this.written(super.update({...options, set: set.length ? set : ["mandt = mandt"], where: ownClient(options.where)}));
  }

  async delete(options) {
    return this.written(super.delete({...options, where: ownClient(options.where)}));
  }

  async select(options) {
    return super.select({...options, select: hideLiterals(options.select)});
  }

  async commit() {
    const hadWork = this.inTransaction;
    await super.commit();
    if (hadWork) this.onCommit();
  }

  /** Run a statement with values, past the ABAP. */
  run(sql, values) {
    this.sqlite.run(sql, values);
  }

  rows(sql) {
    const [found] = this.sqlite.exec(sql);
    return found ? found.values.map((row) => Object.fromEntries(found.columns.map((name, at) => [name, row[at]]))) : [];
  }
}

// Each process is the only session of its system, so that every lock is free.
class KernelLock {
  static async enqueue() {
    abap.builtin.sy.get().subrc.set(0);
  }

  static async dequeue() {}
}

// The user of the function module has every authorization.
class KernelAuthorityCheck {
  static async call() {
    abap.builtin.sy.get().subrc.set(0);
  }
}

/** In a text, the sign of a packed number may stand behind its digits. */
function takeSignBehind(packed) {
  const set = packed.set;
  packed.set = function (value) {
    const [, digits, sign] = (typeof value === "string" && /^ *([\d.]+) *([+-]) *$/.exec(value)) || [];
    return set.call(this, sign ? sign + digits : value);
  };
}

export async function setup(abap, schemas, insert) {
  takeSignBehind(abap.types.Packed.prototype);
  const database = new SapClient();
  abap.context.databaseConnections["DEFAULT"] = database;
  await database.connect();
  await database.execute(schemas.sqlite);
  await database.execute(insert);
  abap.Classes["KERNEL_LOCK"] = KernelLock;
  abap.Classes["KERNEL_AUTHORITY_CHECK"] = KernelAuthorityCheck;
  abap.builtin.sy.get().mandt.set(CLIENT);
  abap.builtin.sy.get().uname.set("CPI_ICM");
}
