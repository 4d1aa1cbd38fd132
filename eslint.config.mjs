import js from '@eslint/js';
import vitest from '@vitest/eslint-plugin';
import sortImports from 'eslint-plugin-simple-import-sort';
import tseslint from 'typescript-eslint';

const noClock = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time is a parameter here.' },
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'Time is a parameter here.',
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Chance is a parameter here.',
  },
];
const noExit = {
  selector: "MemberExpression[object.name='process'][property.name='exit']",
  message: 'Only bin sets process.exitCode.',
};

const notOnWindows = {
  name: 'node:process',
  importNames: ['getuid', 'geteuid', 'getgid', 'getegid', 'getgroups'],
  message: 'Windows lacks it, and a missing name keeps the whole file from loading: ask process itself.',
};

export default tseslint.config(
  { ignores: ['dist', 'lib', 'node_modules', 'reports', '.stryker-tmp'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['bin/*.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { 'simple-import-sort': sortImports },
    rules: {
      'simple-import-sort/imports': 'error',
      'simple-import-sort/exports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-console': 'error',
      'no-restricted-globals': ['error', 'process'],
      'no-restricted-syntax': ['error', noExit],
      'no-restricted-imports': ['error', { paths: [notOnWindows] }],
      'no-nested-ternary': 'error',
      'no-control-regex': 'off',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/mailflow/**', 'src/render/**'],
    rules: { 'no-restricted-syntax': ['error', noExit, ...noClock] },
  },
  {
    files: ['src/main.ts', 'src/world/**', 'test/**', 'bin/**', '*.ts'],
    rules: { 'no-restricted-globals': 'off' },
  },
  {
    files: ['test/**'],
    plugins: { vitest },
    rules: {
      'vitest/no-focused-tests': 'error',
      'vitest/no-disabled-tests': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-assertions': 'off',
    },
  },
  {
    files: ['test/bench/**', 'test/large/**', 'test/score/**', 'test/stress/**'],
    rules: { 'no-console': 'off' },
  },
  { files: ['**/*.{mjs,cjs}', 'bin/*.js'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['scripts/**'],
    rules: { 'no-console': 'off', 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.{mjs,cjs}', 'bin/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        AbortController: 'readonly',
      },
    },
    rules: { 'no-restricted-globals': 'off' },
  },
  {
    files: ['bin/*.js'],
    languageOptions: { sourceType: 'commonjs', globals: { require: 'readonly', setTimeout: 'readonly' } },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
