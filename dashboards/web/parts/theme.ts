import type { ThemeConfig } from 'antd';

/** Looks: fonts of the machine only, and greys dark enough to be read (WCAG AA on white and on the page's grey). */
export const theme: ThemeConfig = {
  token: {
    colorPrimary: '#1d4f91',
    colorLink: '#1d4f91',
    colorError: '#b42318',
    colorWarning: '#9a5b00',
    colorSuccess: '#216e39',
    // What antd would mix of such dark tones is mud
    colorWarningBg: '#fff4e0',
    colorWarningBorder: '#e0a458',
    colorErrorBg: '#fdeeec',
    colorErrorBorder: '#e6a39c',
    colorInfoBg: '#eaf1fb',
    colorInfoBorder: '#a9c1e4',
    colorTextSecondary: '#4b5563',
    colorTextTertiary: '#565e6b',
    colorTextDescription: '#4b5563',
    colorTextPlaceholder: '#6b7280',
    colorBgLayout: '#f4f6f9',
    borderRadius: 4,
    fontFamily:
      '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", system-ui, -apple-system, "Segoe UI", sans-serif',
    motion: false,
  },
  components: {
    // Rows are tinted by lists.css, only where there is a pointer that hovers
    Table: {
      headerBg: '#eef2f7',
      rowHoverBg: 'transparent',
      rowExpandedBg: 'transparent',
      cellPaddingBlockSM: 7,
      cellPaddingInlineSM: 8,
    },
    Form: { itemMarginBottom: 16, verticalLabelPadding: '0 0 4px' },
    Card: { headerFontSize: 15 },
  },
};
