import type { Column } from '../ingest/index.ts';

/** The five files of the registry (feeds.md section 5): their columns, and what a row is about. */
export interface RegistryFile {
  readonly name: string;
  readonly columns: readonly Column[];
}

const household = { name: 'household_id', zh: '家庭编号', type: 'text', required: true } as const;
const person = { name: 'person_id', zh: '人员编号', type: 'text', required: true } as const;
const area = { urban: '城镇', rural: '农村牧区' };
const categories = {
  dibao: '低保',
  tekun: '特困',
  edge: '低保边缘',
  rigid: '刚性支出困难',
  relapse: '防止返贫监测',
  other: '其他低收入',
  exited: '已退出',
};

export const regionsFile: RegistryFile = {
  name: 'regions.csv',
  columns: [
    { name: 'region_code', zh: '行政区划代码', type: 'region', required: true, lengths: [2, 4, 6, 9, 12] },
    { name: 'name', zh: '名称', type: 'text', required: true },
    { name: 'parent_code', zh: '上级代码', type: 'region', lengths: [2, 4, 6, 9, 12] },
    {
      name: 'level',
      zh: '级别',
      type: 'choice',
      required: true,
      values: { league: '盟市', banner: '旗县', township: '苏木乡镇', village: '嘎查村' },
    },
  ],
};

export const standardKinds = [
  'dibao',
  'tekun_basic',
  'care_full',
  'care_partial',
  'care_self',
  'minimum_wage',
  'disposable_income',
] as const;

export const standardsFile: RegistryFile = {
  name: 'standards.csv',
  columns: [
    { name: 'region_code', zh: '行政区划代码', type: 'region', required: true, lengths: 'any' },
    {
      name: 'kind',
      zh: '标准类别',
      type: 'choice',
      required: true,
      values: Object.fromEntries(standardKinds.map((kind) => [kind, ''])),
    },
    { name: 'area', zh: '城乡', type: 'choice', required: true, values: { ...area, any: '不分城乡' } },
    { name: 'effective_from', zh: '执行日期', type: 'date', required: true },
    { name: 'amount', zh: '标准', type: 'amount', required: true },
    { name: 'document', zh: '文号', type: 'text' },
  ],
};

export const householdsFile: RegistryFile = {
  name: 'households.csv',
  columns: [
    household,
    // Where a family lives: a township or a village.
    { name: 'region_code', zh: '行政区划代码', type: 'region', required: true, lengths: [9, 12] },
    { name: 'area', zh: '城乡', type: 'choice', required: true, values: area },
    { name: 'category', zh: '救助类别', type: 'choice', required: true, values: categories },
    { name: 'category_since', zh: '类别起始日期', type: 'date', required: true },
    { name: 'flags', zh: '标识', type: 'choices', values: { relapse: '', child: '', disabled: '' } },
    { name: 'labour', zh: '劳动能力', type: 'choice', values: { able: '', partly: '', none: '' } },
    { name: 'stable_income', zh: '收入稳定', type: 'boolean' },
    { name: 'monthly_benefit', zh: '月救助金', type: 'amount' },
    { name: 'assessed_income', zh: '核定人均月收入', type: 'amount' },
    { name: 'assessed_on', zh: '核定日期', type: 'date' },
    { name: 'exit_grace_until', zh: '渐退期止', type: 'date' },
    { name: 'last_verified_on', zh: '最近核对日期', type: 'date' },
    { name: 'last_reviewed_on', zh: '最近核查日期', type: 'date' },
    { name: 'address', zh: '地址', type: 'text' },
    { name: 'phone', zh: '联系电话', type: 'text' },
  ],
};

export const personsFile: RegistryFile = {
  name: 'persons.csv',
  columns: [
    person,
    household,
    { name: 'name', zh: '姓名', type: 'name', required: true },
    { name: 'id_number', zh: '公民身份号码', type: 'text' },
    { name: 'birth_date', zh: '出生日期', type: 'date' },
    { name: 'sex', zh: '性别', type: 'choice', values: { M: '男', F: '女' } },
    { name: 'ethnicity', zh: '民族', type: 'text' },
    {
      name: 'relation',
      zh: '与户主关系',
      type: 'choice',
      required: true,
      values: { head: '户主', spouse: '配偶', child: '子女', parent: '父母', other: '其他' },
    },
    { name: 'category', zh: '本人救助类别', type: 'choice', values: categories },
    { name: 'phone', zh: '联系电话', type: 'text' },
    { name: 'disability_cert', zh: '残疾人证号', type: 'text' },
    { name: 'labour_ability', zh: '劳动能力', type: 'choice', values: { full: '', part: '', none: '' } },
    { name: 'labour_willing', zh: '劳动意愿', type: 'boolean' },
    { name: 'member_from', zh: '成员起始日期', type: 'date' },
    { name: 'member_to', zh: '成员终止日期', type: 'date' },
    { name: 'student', zh: '在校', type: 'boolean' },
    { name: 'care', zh: '照料护理', type: 'choice', values: { full: '', partial: '', self: '' } },
  ],
};

export const authorisationsFile: RegistryFile = {
  name: 'authorisations.csv',
  columns: [
    household,
    { name: 'scope', zh: '授权范围', type: 'choice', required: true, values: { finance: '' } },
    { name: 'granted_on', zh: '授权日期', type: 'date', required: true },
    { name: 'expires_on', zh: '授权截止日期', type: 'date' },
  ],
};

/** In the order in which they are taken. */
export const registryFiles = [regionsFile, standardsFile, householdsFile, personsFile, authorisationsFile] as const;
