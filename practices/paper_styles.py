"""How the empty form looks: its styles in the words of OpenDocument, for `practices.paper_form`."""

_LINE = "0.5pt solid #5c6f82"
STYLES = (
    """<style:style style:name="Titolo" style:family="paragraph" style:parent-style-name="Heading">
    <style:text-properties fo:font-size="22pt" fo:font-weight="bold" fo:color="#003d7a"/></style:style>""",
    """<style:style style:name="Sezione" style:family="paragraph" style:parent-style-name="Heading">
    <style:paragraph-properties fo:margin-top="0.8cm" fo:margin-bottom="0.15cm" fo:padding-bottom="0.1cm"
    fo:border-bottom="1.5pt solid #003d7a"/>
    <style:text-properties fo:font-size="16pt" fo:font-weight="bold" fo:color="#003d7a"/></style:style>""",
    """<style:style style:name="Campo" style:family="paragraph" style:parent-style-name="Heading">
    <style:paragraph-properties fo:margin-top="0.5cm" fo:margin-bottom="0cm"/>
    <style:text-properties fo:font-size="11.5pt" fo:font-weight="bold"/></style:style>""",
    """<style:style style:name="Testo" style:family="paragraph" style:parent-style-name="Standard">
    <style:paragraph-properties fo:margin-top="0cm" fo:margin-bottom="0.2cm"/>
    <style:text-properties style:font-name="Liberation Sans" fo:font-size="10.5pt"/></style:style>""",
    """<style:style style:name="Introduzione" style:family="paragraph" style:parent-style-name="Testo">
    <style:paragraph-properties fo:keep-with-next="always"/></style:style>""",
    """<style:style style:name="Regole" style:family="paragraph" style:parent-style-name="Testo">
    <style:paragraph-properties fo:margin-bottom="0.1cm" fo:keep-with-next="always"/>
    <style:text-properties fo:font-size="9pt" fo:color="#455a64"/></style:style>""",
    """<style:style style:name="Aiuto" style:family="paragraph" style:parent-style-name="Regole">
    <style:text-properties fo:font-style="italic"/></style:style>""",
    f"""<style:style style:name="Risposta" style:family="paragraph" style:parent-style-name="Testo">
    <style:paragraph-properties fo:margin-bottom="0cm" fo:padding="0.1cm" fo:border="{_LINE}"
    style:join-border="true"/></style:style>""",
    """<style:style style:name="Scelta" style:family="paragraph" style:parent-style-name="Testo">
    <style:paragraph-properties fo:margin-left="0.8cm" fo:margin-bottom="0.05cm" fo:text-indent="-0.5cm"/></style:style>""",
    """<style:style style:name="Gruppo" style:family="paragraph" style:parent-style-name="Testo">
    <style:paragraph-properties fo:margin-top="0.1cm" fo:margin-bottom="0.05cm" fo:keep-with-next="always"/>
    <style:text-properties fo:font-weight="bold"/></style:style>""",
    """<style:style style:name="Cella" style:family="paragraph" style:parent-style-name="Testo">
    <style:paragraph-properties fo:margin-bottom="0cm"/><style:text-properties fo:font-size="9.5pt"/></style:style>""",
    """<style:style style:name="Colonna" style:family="paragraph" style:parent-style-name="Cella">
    <style:text-properties fo:font-weight="bold"/></style:style>""",
    """<style:style style:name="Footer" style:family="paragraph" style:parent-style-name="Regole">
    <style:paragraph-properties fo:text-align="center"/></style:style>""",
)
AUTOMATIC_STYLES = (
    f"""<style:style style:name="Bordi" style:family="table-cell">
    <style:table-cell-properties fo:border="{_LINE}" fo:padding="0.1cm"/></style:style>""",
    """<style:style style:name="Riga" style:family="table-row">
    <style:table-row-properties style:min-row-height="0.9cm"/></style:style>""",
)
