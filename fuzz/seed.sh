#!/usr/bin/env bash
# Fills fuzz/corpus with the published tables and with the XML inside them.
set -euo pipefail
cd "$(dirname "$0")"
for format in txt docx xlsx xls pdf; do
    mkdir -p "corpus/read_$format"
    cp ../samples/published/*."$format" "corpus/read_$format/"
done
unzip -p ../samples/published/guangdong-2024.docx word/document.xml | head -c 20000 > corpus/read_docx/document.xml
{
    unzip -p ../samples/published/guangdong-2024.xlsx xl/worksheets/sheet1.xml | head -c 20000
    printf '\0'
    unzip -p ../samples/published/guangdong-2024.xlsx xl/styles.xml
    printf '\0<sst><si><t>x</t></si></sst>'
} > corpus/read_xlsx/sheet.xml
printf '<w><body><tbl><tr><trPr><gridBefore val="1"/></trPr><tc><tcPr><gridSpan val="2"/><vMerge val="restart"/></tcPr><p><r><t>a</t></r></p></tc></tr><tr><tc><tcPr><vMerge/></tcPr><p/></tc></tr></tbl></body></w>' > corpus/read_docx/small.xml
printf '<w><row r="2"><c r="B2" t="s" s="0"><v>0</v></c><c><v>1e3</v></c></row><mergeCell ref="B2:C3"/></w>\0<s><numFmt numFmtId="164" formatCode="0%%"/><cellXfs><xf numFmtId="164"/></cellXfs></s>\0<s><si><t>a_x000D_</t></si></s>' > corpus/read_xlsx/small.xml
